# tests/fuzz/fuzz_NAME.cpp -> fuzz_NAME, a libFuzzer program. Seeds are in tests/fuzz/seeds/NAME; what the fuzzer finds
# grows in the build folder.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "libFuzzer needs clang, use the preset asan")
endif()
set(WARPTUNE_FUZZ_SECONDS 5 CACHE STRING "Seconds that each fuzz target runs in ctest")

file(GLOB targets CONFIGURE_DEPENDS tests/fuzz/fuzz_*.cpp)
foreach(source ${targets})
  cmake_path(GET source STEM target)
  string(REGEX REPLACE "^fuzz_" "" name ${target})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE warptune_inside)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  set(found ${PROJECT_BINARY_DIR}/corpus/${name})
  set(seeds ${PROJECT_SOURCE_DIR}/tests/fuzz/seeds/${name})
  file(MAKE_DIRECTORY ${found} ${PROJECT_BINARY_DIR}/artifacts)
  if(NOT IS_DIRECTORY ${seeds})
    set(seeds "")
  endif()
  add_test(NAME fuzz.${name} COMMAND ${target} -max_total_time=${WARPTUNE_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=4096
           -print_final_stats=1 -artifact_prefix=${PROJECT_BINARY_DIR}/artifacts/${name}- ${found} ${seeds})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz)
endforeach()
