# bench/*.cpp -> op_bench (Google Benchmark); `./dev bench` builds and runs it.
find_package(benchmark QUIET)
file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
if(benchmark_FOUND AND bench_sources)
  add_executable(op_bench EXCLUDE_FROM_ALL ${bench_sources})
  target_include_directories(op_bench PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(op_bench PRIVATE warptune_core benchmark::benchmark_main)
endif()
