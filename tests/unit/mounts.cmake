# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(unit/mounts SOURCES ${CMAKE_CURRENT_LIST_DIR}/mounts.c DEPS knead_device)
