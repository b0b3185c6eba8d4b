# SPDX-License-Identifier: GPL-3.0-or-later
set(mtp_world ${CMAKE_CURRENT_LIST_DIR}/mtp_world.c ${CMAKE_CURRENT_LIST_DIR}/mtp_fake.c
  ${CMAKE_CURRENT_LIST_DIR}/mtp_fake_say.c
  ${CMAKE_CURRENT_LIST_DIR}/../support/scratch.c)
knead_test(unit/mtp_watch SOURCES ${CMAKE_CURRENT_LIST_DIR}/mtp_watch.c ${mtp_world} DEPS knead_fetch
  TIMEOUT 180)
knead_test(unit/mtp_listing SOURCES ${CMAKE_CURRENT_LIST_DIR}/mtp_listing.c ${mtp_world}
  DEPS knead_fetch TIMEOUT 180)
knead_test(unit/mtp_odd SOURCES ${CMAKE_CURRENT_LIST_DIR}/mtp_odd.c ${mtp_world} DEPS knead_fetch TIMEOUT 180)
knead_test(unit/mtp_manifest SOURCES ${CMAKE_CURRENT_LIST_DIR}/mtp_manifest.c ${mtp_world}
  DEPS knead_fetch TIMEOUT 180)
knead_test(unit/mtp_refusals SOURCES ${CMAKE_CURRENT_LIST_DIR}/mtp_refusals.c ${mtp_world}
  DEPS knead_fetch TIMEOUT 180)
knead_test(unit/mtp_faults SOURCES ${CMAKE_CURRENT_LIST_DIR}/mtp_faults.c ${mtp_world} DEPS knead_fetch
  TIMEOUT 300)
knead_test(unit/mtp_data SOURCES ${CMAKE_CURRENT_LIST_DIR}/mtp_data.c DEPS knead_mtp)
knead_test(unit/fetch_wire SOURCES ${CMAKE_CURRENT_LIST_DIR}/fetch_wire.c DEPS knead_ipc)
