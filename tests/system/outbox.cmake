# SPDX-License-Identifier: GPL-3.0-or-later
knead_test(system/outbox SOURCES ${CMAKE_CURRENT_LIST_DIR}/outbox.c ${CMAKE_CURRENT_LIST_DIR}/outbox_world.c
  DEPS knead_outbox knead_store PkgConfig::jansson TIMEOUT 120)
target_compile_definitions(test_system_outbox PRIVATE KNEAD_RECEIVER="$<TARGET_FILE:knead-receiver>")
add_dependencies(test_system_outbox knead-receiver)
