# The presets asan, tsan and lint (they set CMAKE_UNITY_BUILD) take the files of a folder as one unit, and CI the tests' in
# every build, those of tests/unit by the folder in their names: most of a small file's time goes into headers, which all of
# them read. So names that are local to a file differ within a folder; that one shadows another is looked for in the builds
# of single files.
function(compile_together target)
  get_target_property(sources ${target} SOURCES)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  foreach(source ${sources})
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE path)
    if(path MATCHES "^src/metric/|^tests/(ops|reference)/|^tests/unit/(run_|table_number)")   # they have the same names, each its own
      continue()
    elseif(path MATCHES "^tests/unit/(family_[a-z]+|[a-z]+)")
      set(group tests_unit_${CMAKE_MATCH_1})
    else()
      cmake_path(GET path PARENT_PATH group)
      string(MAKE_C_IDENTIFIER ${group} group)
    endif()
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()
