# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where. The component racewalk-mpi is a package of its own, since it needs an MPI; racewalk-dev is
# what models of one's own are compiled with.
include(GNUInstallDirs)
set(completion_folders
    bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    zsh ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
    fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# install_manual(PROGRAM COMPONENT PATTERN): its completions, and its pages that match the pattern.
function(install_manual program component pages)
    set(files bash/${program} zsh/_${program} fish/${program}.fish)
    set(folders ${completion_folders})
    while(folders)
        list(POP_FRONT folders shell folder)
        list(POP_FRONT files file)
        install(FILES ${CMAKE_BINARY_DIR}/share/${file} DESTINATION ${folder} COMPONENT ${component})
    endwhile()
    # Which pages there are is known once they are written.
    install(DIRECTORY ${CMAKE_BINARY_DIR}/share/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
            COMPONENT ${component} FILES_MATCHING REGEX "${pages}")
endfunction()

install(TARGETS racewalk RUNTIME COMPONENT racewalk)
install_manual(racewalk racewalk "/racewalk(-[a-ln-z][a-z]*|-model)?\\.1$")
install(FILES README.md ARCHITECTURE.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT racewalk)
install(DIRECTORY ci DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT racewalk)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT racewalk)

# The programs look for the header in ../include. The files for pkg-config and CMake find it from where they are themselves, so that
# what is installed may be moved.
set(pkgconfig_folder ${CMAKE_INSTALL_DATADIR}/pkgconfig)
set(package_folder ${CMAKE_INSTALL_DATADIR}/cmake/racewalk)
file(RELATIVE_PATH RACEWALK_INCLUDE_OF_PKGCONFIG ${CMAKE_INSTALL_PREFIX}/${pkgconfig_folder} ${CMAKE_INSTALL_PREFIX}/include)
file(RELATIVE_PATH RACEWALK_INCLUDE_OF_PACKAGE ${CMAKE_INSTALL_PREFIX}/${package_folder} ${CMAKE_INSTALL_PREFIX}/include)
include(CMakePackageConfigHelpers)
configure_file(cmake/racewalk.pc.in ${CMAKE_BINARY_DIR}/generated/racewalk.pc @ONLY)
configure_file(cmake/racewalkConfig.cmake.in ${CMAKE_BINARY_DIR}/generated/racewalkConfig.cmake @ONLY)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/racewalkConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(DIRECTORY include/racewalk DESTINATION include COMPONENT racewalk-dev)
install(FILES ${CMAKE_BINARY_DIR}/generated/racewalk.pc DESTINATION ${pkgconfig_folder} COMPONENT racewalk-dev)
install(FILES ${CMAKE_BINARY_DIR}/generated/racewalkConfig.cmake ${CMAKE_BINARY_DIR}/generated/racewalkConfigVersion.cmake
        DESTINATION ${package_folder} COMPONENT racewalk-dev)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT racewalk-dev)

if(TARGET racewalk-mpi)
    install(TARGETS racewalk-mpi RUNTIME COMPONENT racewalk-mpi)
    install_manual(racewalk-mpi racewalk-mpi "/racewalk-mpi\\.1$")
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/racewalk-mpi/examples)
    install(DIRECTORY slurm DESTINATION ${folder} COMPONENT racewalk-mpi PATTERN *.sh EXCLUDE)
    install(PROGRAMS slurm/merge-findings.sh DESTINATION ${folder}/slurm COMPONENT racewalk-mpi)
endif()
