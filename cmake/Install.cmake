# cmake --install: the program, the library with find_package(warptune), the man page and the completions.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS warptune_core EXPORT warptune ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/warptune DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/warptune)
install(EXPORT warptune NAMESPACE warptune:: FILE warptuneTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/warptuneConfig.cmake.in ${PROJECT_BINARY_DIR}/warptuneConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/warptuneConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/warptuneConfig.cmake ${PROJECT_BINARY_DIR}/warptuneConfigVersion.cmake
        DESTINATION ${package_folder})
install(FILES python/warptune_worker.py DESTINATION ${CMAKE_INSTALL_DATADIR}/warptune/python)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(EXISTS ${PROJECT_SOURCE_DIR}/docs/warptune.1)
  install(FILES docs/warptune.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

if(TARGET warptune)
  install(TARGETS warptune RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # The program writes its own completions, so that they come from its flag table and from nowhere else.
  install(CODE "
    foreach(shell bash zsh)
      execute_process(COMMAND \"$<TARGET_FILE:warptune>\" --completion \${shell}
                      OUTPUT_FILE \"${PROJECT_BINARY_DIR}/completion.\${shell}\" COMMAND_ERROR_IS_FATAL ANY)
    endforeach()")
  install(FILES ${PROJECT_BINARY_DIR}/completion.bash RENAME warptune
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${PROJECT_BINARY_DIR}/completion.zsh RENAME _warptune
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
endif()
