# csv_bench reads a file as pandas does; op_bench (Google Benchmark) times single ops. `./dev bench` builds the first;
# `./dev test` builds all of them, so that none falls behind the code that it measures.
add_executable(csv_bench EXCLUDE_FROM_ALL bench/csv_bench.cpp)
target_link_libraries(csv_bench PRIVATE warptune_inside)

find_package(benchmark QUIET)
if(benchmark_FOUND)
  add_executable(op_bench EXCLUDE_FROM_ALL bench/ops.cpp)
  target_link_libraries(op_bench PRIVATE warptune_inside benchmark::benchmark_main)
  # It includes the kernels; they are to run as the program's do on this machine.
  target_compile_options(op_bench PRIVATE -march=native $<$<NOT:$<CONFIG:Debug>>:-O3>)
endif()

# A worker of the family command that answers at once.
add_executable(command_worker EXCLUDE_FROM_ALL bench/command_worker.cpp)
target_link_libraries(command_worker PRIVATE warptune_options)

# docs/gpu.md's table of memory.
if(WARPTUNE_HAS_CUDA)
  add_executable(gpu_memory EXCLUDE_FROM_ALL bench/gpu_memory.cpp)
  target_link_libraries(gpu_memory PRIVATE warptune_inside)
endif()

add_custom_target(bench_programs DEPENDS csv_bench command_worker $<TARGET_NAME_IF_EXISTS:op_bench>)
