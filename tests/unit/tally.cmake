# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/tally SOURCES ${CMAKE_CURRENT_LIST_DIR}/tally.c DEPS knead_ipc knead_metrics)
knead_test(unit/store_profile SOURCES ${CMAKE_CURRENT_LIST_DIR}/store_profile.c DEPS knead_store TIMEOUT 120)
knead_test(unit/strain_replay SOURCES ${CMAKE_CURRENT_LIST_DIR}/strain_replay.c ${PROJECT_SOURCE_DIR}/tests/support/season.c
  DEPS knead_strain)
