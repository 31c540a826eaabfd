# Options and compiler settings that every target shares.
option(HEARTH_TESTS "Build the test suites and benchmarks" ON)
option(HEARTH_FUZZ "Instrument for libFuzzer and build the targets of tests/fuzz (needs Clang)" OFF)
option(HEARTH_WARNINGS_AS_ERRORS "Fail on any compiler warning" OFF)
set(HEARTH_SANITIZE "" CACHE STRING "Sanitisers for the whole build, e.g. address,undefined")
set(HEARTH_CUDA "AUTO" CACHE STRING "CUDA target: AUTO (when nvcc is found), ON or OFF")
set_property(CACHE HEARTH_CUDA PROPERTY STRINGS AUTO ON OFF)
set(HEARTH_CONSOLE "AUTO" CACHE STRING "Desktop console: AUTO (when Qt 6 is found), ON or OFF")
set_property(CACHE HEARTH_CONSOLE PROPERTY STRINGS AUTO ON OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

# Debug stays fast enough for the golden suites; asserts are on.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# Contraction is off so that a float result depends on the source only: kernels
# that want a fused multiply-add say so. Otherwise the same code compiled for
# AVX2 and for baseline x86-64 would round differently.
# nvcc knows none of these options, hence C++ only. Designated initialisers leave the other
# members at their defaults on purpose.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wnon-virtual-dtor>"
  "$<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off;-Wno-missing-field-initializers>")
if(HEARTH_WARNINGS_AS_ERRORS)
  # GCC 12 sees overlaps and overruns in joined std::string temporaries that are not there
  # (its bugs 105329 and 105651): these two stay warnings.
  add_compile_options(
    "$<$<COMPILE_LANGUAGE:CXX>:-Werror;-Wno-error=array-bounds;-Wno-error=restrict>")
endif()
if(HEARTH_SANITIZE)
  # Undefined behaviour ends the program, or a suite would pass in spite of it.
  add_compile_options(
    -fsanitize=${HEARTH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HEARTH_SANITIZE})
endif()
if(HEARTH_FUZZ)
  # The two left out double the time to compile; a null pointer ends the program anyway.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=null,vptr)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

find_program(HEARTH_CCACHE ccache)
if(HEARTH_CCACHE)
  # The sloppiness lets ccache reuse objects that were built with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${HEARTH_CCACHE})
endif()
