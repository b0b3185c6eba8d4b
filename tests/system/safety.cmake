# SPDX-License-Identifier: GPL-3.0-or-later
# What is kept, and that it stays kept.
if(KNEAD_PYTHON)
  knead_system_test(calamities TIMEOUT 900)
  knead_system_test(data)
  knead_system_test(safety)
endif()
