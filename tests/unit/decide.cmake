# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/decide SOURCES ${CMAKE_CURRENT_LIST_DIR}/decide.c DEPS knead_decide knead_store PkgConfig::jansson)
