# Tests by label: unit, ops (GoogleTest, one ctest entry per test); cli, quality, readme, gpulab (pytest, one entry per file);
# peers, install (scripts).
find_package(GTest)
if(NOT GTest_FOUND)
  message(STATUS "warptune: no GoogleTest found, this build leaves out the tests")
  return()
endif()
include(GoogleTest)

# gpulab runs CUDA programs without a GPU; `./dev test` passes the program that starts them.
set(WARPTUNE_GPULAB "" CACHE PATH "Folder of gpulab; ops tests of a CUDA build run under it")

file(GLOB reference CONFIGURE_DEPENDS tests/reference/*.cpp)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")   # the naive oracle has one thread and no need to be slower still
  set_source_files_properties(${reference} PROPERTIES COMPILE_OPTIONS -fno-sanitize=thread)
endif()

# tests/LABEL/*.cpp -> LABEL_tests, entries LABEL.Suite.name. They run in the source folder.
function(add_test_program label)
  file(GLOB sources CONFIGURE_DEPENDS tests/${label}/*.cpp)
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")   # what these test has one thread
    list(FILTER sources EXCLUDE REGEX "/unit/(space|study|split|search|metric|cli)_")
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(${label}_tests ${sources} ${reference})
  compile_together(${label}_tests)
  if("$ENV{CI}")   # nobody edits them there
    set_target_properties(${label}_tests PROPERTIES UNITY_BUILD ON)
  endif()
  target_include_directories(${label}_tests PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${label}_tests PRIVATE WARPTUNE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${label}_tests PRIVATE warptune_inside $<TARGET_NAME_IF_EXISTS:warptune_cli>
                        tomlplusplus::tomlplusplus GTest::gtest_main)
  if(WARPTUNE_GPULAB AND WARPTUNE_HAS_CUDA)
    set_target_properties(${label}_tests PROPERTIES CROSSCOMPILING_EMULATOR
      "${WARPTUNE_GPULAB}/gpulab;--quiet;--strict;--check;memory,races;--")
  endif()
  gtest_discover_tests(${label}_tests TEST_PREFIX ${label}. WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                       DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()
add_test_program(unit)
add_test_program(ops)
if(TARGET unit_tests)   # they compute nothing: the compiler's time counts
  target_compile_options(unit_tests PRIVATE $<$<CONFIG:Release>:-O1>)
endif()
if(TARGET ops_tests)
  target_compile_options(ops_tests PRIVATE ${carving})
endif()

# Every public header compiles alone.
file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS include/warptune/*.h)
foreach(header ${headers})
  string(MAKE_C_IDENTIFIER ${header} name)
  file(GENERATE OUTPUT headers/${name}.cpp CONTENT "#include \"${header}\"\n")
  list(APPEND header_units ${PROJECT_BINARY_DIR}/headers/${name}.cpp)
endforeach()
add_library(public_headers OBJECT ${header_units})
target_include_directories(public_headers PRIVATE include)
target_link_libraries(public_headers PRIVATE tl::expected)

# Python: $WARPTUNE_PYTHON, else the environment that `./dev setup test` makes.
set(python "exec \"\${WARPTUNE_PYTHON:-${PROJECT_SOURCE_DIR}/.venv/bin/python}\"")

# Other programs read what the unit tests wrote.
if(TARGET unit_tests)
  add_test(NAME peers.optuna_journal WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
           COMMAND sh -c "${python} tests/cli/optuna_journal.py $<TARGET_FILE:unit_tests>")
  set_tests_properties(peers.optuna_journal PROPERTIES LABELS peers TIMEOUT 300 SKIP_RETURN_CODE 77)
endif()

if(NOT TARGET warptune)
  return()
endif()

# Libraries that stand in for XGBoost and LightGBM where those would need a GPU.
foreach(trainer xgboost lightgbm)
  add_library(recording_${trainer} MODULE tests/trainers/recording_${trainer}.cpp)
  target_link_libraries(recording_${trainer} PRIVATE warptune_options)
endforeach()

# The example of a worker in C++, which tests/cli/test_command.py runs.
add_executable(command_example examples/command_cpp/worker.cpp)
target_link_libraries(command_example PRIVATE nlohmann_json::nlohmann_json warptune_options)
# Workers are kept by the program (src/family/command/worker_keeper.h), in the unit tests as well.
if(TARGET unit_tests)
  target_compile_definitions(unit_tests PRIVATE WARPTUNE_PROGRAM="$<TARGET_FILE:warptune>")
  add_dependencies(unit_tests warptune)
endif()

# tests/LABEL/test_NAME.py -> LABEL.NAME. Those in gpulab need a CUDA build, and gpulab or a GPU.
file(GLOB scripts CONFIGURE_DEPENDS tests/cli/test_*.py tests/quality/test_*.py tests/readme/test_*.py)
if(WARPTUNE_HAS_CUDA)
  file(GLOB cuda_scripts CONFIGURE_DEPENDS tests/gpulab/test_*.py)
  list(APPEND scripts ${cuda_scripts})
endif()
set(environment "WARPTUNE_PROGRAM=$<TARGET_FILE:warptune>" "WARPTUNE_EXAMPLE_WORKER=$<TARGET_FILE:command_example>"
    "WARPTUNE_RECORDING=$<TARGET_FILE:recording_xgboost>" "WARPTUNE_RECORDING_LIGHTGBM=$<TARGET_FILE:recording_lightgbm>"
    "WARPTUNE_GPULAB=${WARPTUNE_GPULAB}" "PYTHONDONTWRITEBYTECODE=1")
list(JOIN environment "\n" lines)
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/pytest.env CONTENT "${lines}\n")   # for a pytest that ctest does not start
foreach(script ${scripts})
  cmake_path(GET script STEM name)
  string(REGEX REPLACE "^test_" "" name ${name})
  cmake_path(GET script PARENT_PATH label)
  cmake_path(GET label FILENAME label)
  add_test(NAME ${label}.${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
           COMMAND sh -c "${python} -m pytest -q -rs ${script} \
--junitxml=${PROJECT_BINARY_DIR}/pytest/${label}.${name}.xml")
  set_tests_properties(${label}.${name} PROPERTIES LABELS ${label} TIMEOUT 900
                       ENVIRONMENT "${environment}")
endforeach()

# A program outside the tree uses the library: installed, and as a part of its own build.
add_test(NAME install.consumer COMMAND ${PROJECT_SOURCE_DIR}/tests/consumer/check.sh ${PROJECT_BINARY_DIR}
                                       ${CMAKE_CXX_COMPILER})
set_tests_properties(install.consumer PROPERTIES LABELS install TIMEOUT 900)
