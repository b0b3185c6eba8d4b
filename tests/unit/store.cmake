# SPDX-License-Identifier: GPL-3.0-or-later
foreach(part store store_rights store_spool store_merge store_activities store_model store_wellness store_outbox)
  knead_test(unit/${part} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${part}.c DEPS knead_store TIMEOUT 180)
endforeach()
knead_test(unit/store_service SOURCES ${CMAKE_CURRENT_LIST_DIR}/store_service.c DEPS knead_store PkgConfig::seccomp)
