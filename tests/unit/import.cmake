# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/import SOURCES ${CMAKE_CURRENT_LIST_DIR}/import.c DEPS knead_import knead_store)
