# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/report
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/report.c ${CMAKE_CURRENT_LIST_DIR}/../support/report_make.c
  DEPS knead_ipc)
