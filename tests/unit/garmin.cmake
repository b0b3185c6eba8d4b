# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/garmin SOURCES ${CMAKE_CURRENT_LIST_DIR}/garmin.c DEPS knead_garmin)
