# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/usb_facts SOURCES ${CMAKE_CURRENT_LIST_DIR}/usb_facts.c ${PROJECT_SOURCE_DIR}/tests/support/scratch.c
  DEPS knead_device)
