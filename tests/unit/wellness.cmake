# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/wellness SOURCES ${CMAKE_CURRENT_LIST_DIR}/wellness.c DEPS knead_metrics)
