# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/ticks SOURCES ${CMAKE_CURRENT_LIST_DIR}/ticks.c DEPS knead_daemon knead_store)
