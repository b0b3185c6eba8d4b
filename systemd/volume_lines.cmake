# SPDX-License-Identifier: GPL-3.0-or-later
# The tables of devices as lines of a udev rule: a make that is added there reaches the rule by itself.

# knead_volume_lines(RESULT FILE...): one line for each MatchUsbId of a section with Transport = drive
function(knead_volume_lines result)
  set(lines "")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    # brackets and semicolons would be taken for lists
    string(REGEX REPLACE "(^|\n)#[^\n]*" "\\1" text "${text}")
    string(REPLACE ";" " " text "${text}")
    string(REGEX REPLACE "\n\\[[^]\n]*\\]" ";" sections "\n${text}")
    foreach(section IN LISTS sections)
      if(NOT section MATCHES "\nTransport *= *drive")
        continue()
      endif()
      if(NOT section MATCHES "\nMatchUsbId *= *([^\n]*)")
        continue()
      endif()
      string(REGEX MATCHALL "[^ ]+:[^ ]+" ids "${CMAKE_MATCH_1}")
      foreach(id ${ids})
        string(REGEX MATCH "([^:]+):(.+)" parts "${id}")
        string(APPEND lines "SUBSYSTEMS==\"usb\", ATTRS{idVendor}==\"${CMAKE_MATCH_1}\", "
          "ATTRS{idProduct}==\"${CMAKE_MATCH_2}\", GOTO=\"kneadd_volume\"\n")
      endforeach()
    endforeach()
  endforeach()
  if(NOT lines)
    message(FATAL_ERROR "no section of config/devices is a drive")
  endif()
  string(STRIP "${lines}" lines)
  set(${result} "${lines}" PARENT_SCOPE)
endfunction()
