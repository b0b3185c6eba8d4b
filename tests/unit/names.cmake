# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/names SOURCES ${CMAKE_CURRENT_LIST_DIR}/names.c DEPS knead_activity)
