# SPDX-License-Identifier: GPL-3.0-or-later
foreach(name ini conf conf_errors paths secret devices)
  knead_test(unit/${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.c
    ${PROJECT_SOURCE_DIR}/tests/support/scratch.c DEPS knead_conf)
endforeach()
