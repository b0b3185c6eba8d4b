# SPDX-License-Identifier: GPL-3.0-or-later
# The real programs together: one Python file a theme, rig.py is what they share. Debian's own python3:
# the tests also run as a user who cannot see the home of the one who built.
find_program(KNEAD_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)

# knead_system_test(NAME [TIMEOUT seconds]): tests/system/NAME.py BUILD-FOLDER
function(knead_system_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_test(NAME system/${name} COMMAND ${KNEAD_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/${name}.py ${PROJECT_BINARY_DIR})
  set_tests_properties(system/${name} PROPERTIES LABELS system TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77
    PROCESSORS 2 # cases run side by side
    ENVIRONMENT "ASAN_OPTIONS=abort_on_error=0:exitcode=99:detect_leaks=1;UBSAN_OPTIONS=print_stacktrace=1")
endfunction()

if(KNEAD_PYTHON)
  knead_system_test(cli)
  knead_system_test(crash)
  knead_system_test(daemon)
  knead_system_test(faults)
  knead_system_test(import)
  knead_system_test(origins)
  knead_system_test(storage)
  knead_system_test(timers)
endif()
