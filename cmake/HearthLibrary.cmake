# Helpers that keep every folder's CMakeLists.txt to a few lines.

# hearth_library(NAME [EXCLUDE regex...] [LINK targets...] [PCH headers...])
# Builds every .cpp below the current folder into the static library NAME. PCH: headers that
# most of its sources include, precompiled beside the standard ones.
# Linked PRIVATE: a folder names each library it uses.
function(hearth_library name)
  cmake_parse_arguments(ARG "" "" "EXCLUDE;LINK;PCH" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "*.cpp")
  foreach(pattern IN LISTS ARG_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${pattern}")
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  target_precompile_headers(${name} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/pch.h" ${ARG_PCH})
endfunction()

# hearth_program(NAME SOURCES files... LINK targets...)
function(hearth_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()

# hearth_test(NAME DIR folder [LINK targets...])
# One GoogleTest executable from every *_test.cpp below tests/<folder>, run by ctest.
function(hearth_test name)
  cmake_parse_arguments(ARG "" "DIR" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${ARG_DIR}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_compile_definitions(${name} PRIVATE
    HEARTH_TEST_DATA_DIR="${CMAKE_SOURCE_DIR}/tests/data")
  target_link_libraries(${name} PRIVATE ${ARG_LINK} hearth_test_support GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/pch.h" <gtest/gtest.h>)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60)
endfunction()
