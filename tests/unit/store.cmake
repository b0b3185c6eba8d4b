# SPDX-License-Identifier: GPL-3.0-or-later
foreach(part store store_rights store_spool store_merge store_activities store_model store_outbox)
  knead_test(unit/${part} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${part}.c DEPS knead_store TIMEOUT 180)
endforeach()
