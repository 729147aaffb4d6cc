# Looks for a CUDA compiler and sets ME_CUDA_ENABLED. AUTO goes on without one, ON stops, OFF does not look.
set(ME_CUDA_ENABLED FALSE)
if(NOT ME_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "ME_CUDA: expected AUTO, ON or OFF, got '${ME_CUDA}'")
endif()
if(ME_CUDA STREQUAL "OFF")
  return()
endif()

if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
  find_program(ME_NVCC nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH PATHS /usr/local/cuda PATH_SUFFIXES bin)
  if(NOT ME_NVCC AND Python_EXECUTABLE) # that of the wheels nvidia-cuda-nvcc and beside it
    set(seek "import pathlib, sys
for folder in sys.path:
    for nvcc in sorted(pathlib.Path(folder).glob('nvidia/cu[0-9]*/bin/nvcc')):
        sys.exit(print(nvcc))")
    execute_process(COMMAND "${Python_EXECUTABLE}" -c "${seek}" OUTPUT_VARIABLE ME_NVCC ERROR_QUIET
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  if(ME_NVCC)
    set(ENV{CUDACXX} "${ME_NVCC}")
  endif()
endif()
set(nvcc "$ENV{CUDACXX}")
if(CMAKE_CUDA_COMPILER)
  set(nvcc "${CMAKE_CUDA_COMPILER}")
endif()

set(nvcc_version 0)
if(nvcc)
  execute_process(COMMAND "${nvcc}" --version OUTPUT_VARIABLE nvcc_says ERROR_QUIET
                  RESULT_VARIABLE nvcc_failed)
  if(NOT nvcc_failed AND nvcc_says MATCHES "release ([0-9]+\\.[0-9]+)")
    set(nvcc_version ${CMAKE_MATCH_1})
  endif()
endif()

# Set before the language is enabled, so that CMake never asks a GPU that is not there.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES AND NOT DEFINED ENV{CUDAARCHS})
  set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 89-real 90-real 100-real 120)
endif()

# Before 12.8 its CUB counts the values of a scan in 32 bits, and knows no compute capability 10 or 12.
if(nvcc_version VERSION_GREATER_EQUAL 12.8)
  # The wheels of the CUDA compiler have lib/, its profile looks in lib64/.
  cmake_path(GET nvcc PARENT_PATH nvcc_root)
  cmake_path(GET nvcc_root PARENT_PATH nvcc_root)
  if(EXISTS "${nvcc_root}/lib" AND NOT EXISTS "${nvcc_root}/lib64")
    set(ENV{LIBRARY_PATH} "${nvcc_root}/lib:$ENV{LIBRARY_PATH}")
  endif()
  include(CheckLanguage)
  check_language(CUDA) # compiles a file: a broken nvcc is no nvcc
endif()
if(CMAKE_CUDA_COMPILER)
  enable_language(CUDA)
  set(ME_CUDA_ENABLED TRUE)
  message(STATUS "CUDA module: built with nvcc ${nvcc_version}, for ${CMAKE_CUDA_ARCHITECTURES}")
elseif(ME_CUDA STREQUAL "ON")
  message(FATAL_ERROR
    "ME_CUDA=ON needs a working CUDA compiler, version 12.8 or newer. Looked at CUDACXX, PATH, "
    "CUDA_HOME, CUDA_PATH and /usr/local/cuda; found: '${nvcc}', version ${nvcc_version}. Install "
    "nvcc, point CUDACXX at it, or build with ME_CUDA=AUTO or OFF.")
else()
  message(STATUS "CUDA module: not built, no working CUDA compiler (ME_CUDA=ON says more)")
endif()
