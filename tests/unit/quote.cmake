# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/quote SOURCES ${CMAKE_CURRENT_LIST_DIR}/quote.c DEPS knead_doctor)
