# SPDX-License-Identifier: GPL-3.0-or-later
# `knead config` as a user runs it, and what `cmake --install` puts where.
find_program(KNEAD_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(KNEAD_PYTHON)
  add_test(NAME system/config COMMAND ${KNEAD_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/config.py $<TARGET_FILE:knead>)
  set_tests_properties(system/config PROPERTIES LABELS system TIMEOUT 60)
endif()
