# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/tcx SOURCES ${CMAKE_CURRENT_LIST_DIR}/tcx.c DEPS knead_tcx)
knead_test(unit/tcx_bad SOURCES ${CMAKE_CURRENT_LIST_DIR}/tcx_bad.c DEPS knead_tcx)
knead_test(unit/tcx_time SOURCES ${CMAKE_CURRENT_LIST_DIR}/tcx_time.c DEPS knead_tcx)
knead_test(unit/activity_check SOURCES ${CMAKE_CURRENT_LIST_DIR}/activity_check.c DEPS knead_activity)
