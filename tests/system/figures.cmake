# SPDX-License-Identifier: GPL-3.0-or-later
# The figures on the screen against a calculation by other hands.
find_program(KNEAD_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(KNEAD_PYTHON)
  add_test(NAME system/figures COMMAND ${KNEAD_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/figures.py ${PROJECT_BINARY_DIR})
  set_tests_properties(system/figures PROPERTIES LABELS system TIMEOUT 300 SKIP_RETURN_CODE 77
    ENVIRONMENT "KNEAD_SHARED=${KNEAD_SHARED};ASAN_OPTIONS=abort_on_error=0:exitcode=99:detect_leaks=1;UBSAN_OPTIONS=print_stacktrace=1")
endif()
