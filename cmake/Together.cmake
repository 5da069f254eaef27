# The preset lint (it sets CMAKE_UNITY_BUILD) takes the files of a folder as one unit: most of a small file's time goes into
# headers, which all of them read. So names that are local to a file differ within a folder.
function(compile_together target)
  get_target_property(sources ${target} SOURCES)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  foreach(source ${sources})
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE path)
    if(path MATCHES "^src/metric/")   # they have the same names, each its own
      continue()
    endif()
    cmake_path(GET path PARENT_PATH group)
    string(MAKE_C_IDENTIFIER ${group} group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()
