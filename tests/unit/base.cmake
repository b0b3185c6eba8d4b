# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/base SOURCES ${CMAKE_CURRENT_LIST_DIR}/base.c DEPS knead_base)
