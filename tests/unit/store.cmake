# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/store SOURCES ${CMAKE_CURRENT_LIST_DIR}/store.c DEPS knead_store)
