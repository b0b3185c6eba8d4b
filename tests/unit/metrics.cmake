# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/metrics SOURCES ${CMAKE_CURRENT_LIST_DIR}/metrics.c DEPS knead_metrics)
knead_test(unit/metrics_numbers SOURCES ${CMAKE_CURRENT_LIST_DIR}/metrics_numbers.c DEPS knead_metrics)
