# SPDX-License-Identifier: GPL-3.0-or-later
foreach(name schedule classify webhook)
  knead_test(unit/${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.c DEPS knead_outbox_pure)
endforeach()
