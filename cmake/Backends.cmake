# The kernels, compiled once per instruction set into namespaces of their own, and chosen at start.
if(EXISTS ${PROJECT_SOURCE_DIR}/kernels/backend_cpu.cpp)
  foreach(level v2 v3)
    add_library(backend_cpu_${level} OBJECT kernels/backend_cpu.cpp)
    set_target_properties(backend_cpu_${level} PROPERTIES ${not_exported})
    target_include_directories(backend_cpu_${level} PRIVATE include src ${PROJECT_SOURCE_DIR})
    target_link_libraries(backend_cpu_${level} PRIVATE warptune_options fmt::fmt tl::expected Threads::Threads)
    target_compile_definitions(backend_cpu_${level} PRIVATE WARPTUNE_BACKEND=cpu_${level})
    target_compile_options(backend_cpu_${level} PRIVATE -march=x86-64-${level} ${carving} $<$<NOT:$<CONFIG:Debug>>:-O3>)
    target_sources(warptune_core PRIVATE $<TARGET_OBJECTS:backend_cpu_${level}>)
  endforeach()
endif()

set(WARPTUNE_HAS_CUDA OFF)
if(WARPTUNE_CUDA)
  if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX} AND EXISTS /usr/local/cuda/bin/nvcc)
    set(CMAKE_CUDA_COMPILER /usr/local/cuda/bin/nvcc)   # the toolkit's own folder, which need not be on PATH
  endif()
  include(CheckLanguage)
  check_language(CUDA)
  file(GLOB cuda_sources CONFIGURE_DEPENDS kernels/*.cu)
  if(CMAKE_CUDA_COMPILER AND cuda_sources)
    set(WARPTUNE_HAS_CUDA ON)
  endif()
endif()

if(WARPTUNE_HAS_CUDA)
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  if(NOT CMAKE_CUDA_RUNTIME_LIBRARY)
    set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
  endif()
  string(TOLOWER "${CMAKE_CUDA_RUNTIME_LIBRARY}" runtime)
  set(WARPTUNE_CUDART $<IF:$<STREQUAL:${runtime},shared>,CUDA::cudart,CUDA::cudart_static>)
  add_library(backend_cuda OBJECT kernels/backend_cuda.cu kernels/cuts_cuda.cu kernels/draw_cuda.cu)
  target_include_directories(backend_cuda PRIVATE include src ${PROJECT_SOURCE_DIR})
  target_link_libraries(backend_cuda PRIVATE warptune_options fmt::fmt tl::expected Threads::Threads)
  target_compile_definitions(backend_cuda PRIVATE WARPTUNE_BACKEND=cuda)
  # CMake 3.25 knows no C++20 for nvcc 13 and takes CXX_STANDARD for CUDA, so it may decay and the flag is given here.
  set_target_properties(backend_cuda PROPERTIES CUDA_STANDARD_REQUIRED OFF ${not_exported})
  target_compile_options(backend_cuda PRIVATE
    -std=c++20 --fmad=false --expt-relaxed-constexpr -Xcompiler=-Wall,-Wextra,-Wno-restrict,-ffp-contract=off
    $<$<BOOL:${WARPTUNE_WERROR}>:--Werror=all-warnings>)
  # Spills are errors: a kernel that needs them is to be mended. But not those of cuts_cuda.cu: CUB's selection, tuned for
  # other predicates, spills 14 bytes on sm_90.
  set_source_files_properties(kernels/backend_cuda.cu kernels/draw_cuda.cu PROPERTIES
    COMPILE_OPTIONS "-Xptxas=--warn-on-spills,-Werror")
  target_sources(warptune_core PRIVATE $<TARGET_OBJECTS:backend_cuda>)
  target_compile_definitions(warptune_core PRIVATE WARPTUNE_HAS_CUDA)
  target_compile_definitions(warptune_inside INTERFACE WARPTUNE_HAS_CUDA)
  target_link_libraries(warptune_core PRIVATE ${WARPTUNE_CUDART})
  target_link_libraries(warptune_inside INTERFACE ${WARPTUNE_CUDART})   # its headers
elseif(WARPTUNE_CUDA)
  message(STATUS "warptune: no CUDA compiler found, this build leaves out the CUDA backend (--device cuda)")
else()
  message(STATUS "warptune: CPU only, the presets cuda and cuda-lab add the CUDA backend (--device cuda)")
endif()
