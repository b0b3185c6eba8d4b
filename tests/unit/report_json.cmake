# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/report_json SOURCES ${CMAKE_CURRENT_LIST_DIR}/report_json.c DEPS knead_ipc)
