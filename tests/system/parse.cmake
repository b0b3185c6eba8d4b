# SPDX-License-Identifier: GPL-3.0-or-later
# `knead parse` as a user runs it. Debian's own python3: the tests also run as a user who cannot see
# the home of the one who built.
find_program(KNEAD_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(KNEAD_PYTHON)
  add_test(NAME system/parse COMMAND ${KNEAD_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/parse.py
    $<TARGET_FILE:knead> $<TARGET_FILE:kneadd-parse> "${KNEAD_SANITIZE}")
  set_tests_properties(system/parse PROPERTIES LABELS system TIMEOUT 120)
endif()
