# SPDX-License-Identifier: GPL-3.0-or-later
foreach(part strain strain_constants strain_policy strain_texts strain_seasons)
  knead_test(unit/${part}
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/${part}.c ${CMAKE_CURRENT_LIST_DIR}/../support/season.c
    DEPS knead_strain)
endforeach()
