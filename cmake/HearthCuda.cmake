# Settles HEARTH_CUDA (AUTO, ON or OFF) into HEARTH_HAS_CUDA and enables the language. The
# language has to be enabled here, at the top, because programs link what engine/cuda compiles.
set(HEARTH_HAS_CUDA OFF)
if(NOT HEARTH_CUDA STREQUAL "OFF")
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
      set(CMAKE_CUDA_ARCHITECTURES 80 90)
    endif()
    enable_language(CUDA)
    set(CMAKE_CUDA_STANDARD 20)
    set(CMAKE_CUDA_EXTENSIONS OFF)
    if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
      # CMake 3.25 asks nvcc 13 for it in a way that it no longer understands.
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
    endif()
    # No find_package(CUDAToolkit): CMake 3.25's stumbles over a toolkit without nvToolsExt, and
    # the language alone brings headers and the runtime library.
    set(HEARTH_HAS_CUDA ON)
  elseif(NOT HEARTH_CUDA STREQUAL "AUTO")
    message(FATAL_ERROR "HEARTH_CUDA=${HEARTH_CUDA} needs nvcc, and none was found. Put it on "
      "PATH or name it with -DCMAKE_CUDA_COMPILER=/path/to/nvcc; HEARTH_CUDA=AUTO builds "
      "without it.")
  endif()
endif()
