# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/util SOURCES ${CMAKE_CURRENT_LIST_DIR}/util.c DEPS knead_util)
knead_test(unit/access_list SOURCES ${CMAKE_CURRENT_LIST_DIR}/access_list.c DEPS knead_util)
