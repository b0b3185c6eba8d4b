# SPDX-License-Identifier: GPL-3.0-or-later
# What the runner tells and is told.
if(KNEAD_PYTHON)
  knead_system_test(events)
  knead_system_test(feedback)
  knead_system_test(replay)
  knead_system_test(order)
  knead_system_test(recompute)
  knead_system_test(split)
endif()
