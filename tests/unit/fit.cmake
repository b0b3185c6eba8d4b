# SPDX-License-Identifier: GPL-3.0-or-later
foreach(part fit fit_values fit_sessions fit_wellness)
  knead_test(unit/${part} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${part}.c DEPS knead_fit)
endforeach()
