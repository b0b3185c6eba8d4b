# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages and completion against what the programs say.
if(KNEAD_PYTHON)
  knead_system_test(manual)
endif()
