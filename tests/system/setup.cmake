# SPDX-License-Identifier: GPL-3.0-or-later
# The first ten minutes: a phone, the first steps, and what is wrong.
if(KNEAD_PYTHON)
  knead_system_test(doctor)
  knead_system_test(doctor_devices)
  knead_system_test(documents)
  knead_system_test(doctor_odd)
  knead_system_test(receivers)
  knead_system_test(setup)
  knead_system_test(webhook)
  knead_system_test(widths)
endif()
