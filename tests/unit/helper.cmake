# SPDX-License-Identifier: GPL-3.0-or-later
knead_program(odd_helper SOURCES ${CMAKE_CURRENT_LIST_DIR}/../support/odd_helper.c DEPS knead_ipc)
knead_test(unit/helper SOURCES ${CMAKE_CURRENT_LIST_DIR}/helper.c DEPS knead_helper
  ARGS $<TARGET_FILE:odd_helper>)
add_dependencies(test_unit_helper odd_helper)
