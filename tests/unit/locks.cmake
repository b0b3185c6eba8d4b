# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/store_locks SOURCES ${CMAKE_CURRENT_LIST_DIR}/store_locks.c DEPS knead_daemon knead_store)
knead_test(unit/store_links SOURCES ${CMAKE_CURRENT_LIST_DIR}/store_links.c DEPS knead_fetch knead_store)
