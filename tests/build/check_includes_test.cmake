# The include check must accept this repository and name every bad edge of the sample tree.
#   cmake -DROOT=<repository> -P tests/build/check_includes_test.cmake
set(check "${ROOT}/cmake/check_includes.cmake")
set(sample "${ROOT}/tests/build/forbidden_edges")

execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${sample} -P ${check}
                RESULT_VARIABLE code ERROR_VARIABLE output)
if(code EQUAL 0)
  message(FATAL_ERROR "the check accepted a tree with forbidden edges")
endif()
file(STRINGS "${sample}/expected.txt" expected)
foreach(file IN LISTS expected)
  if(NOT output MATCHES "${file}")
    message(FATAL_ERROR "the check did not name ${file}:\n${output}")
  endif()
endforeach()

execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${ROOT} -P ${check} RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "the repository has forbidden edges")
endif()
