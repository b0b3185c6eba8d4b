# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/cli SOURCES ${CMAKE_CURRENT_LIST_DIR}/cli.c DEPS knead_cli)
knead_test(unit/webhook_advice SOURCES ${CMAKE_CURRENT_LIST_DIR}/webhook_advice.c DEPS knead_cli knead_outbox_pure)
