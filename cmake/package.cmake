# SPDX-License-Identifier: Apache-2.0
# Debian packages: `cpack -G DEB` in a build folder makes racewalk, racewalk-dev and racewalk-mpi.
set(RACEWALK_MAINTAINER "racewalk developers <racewalk@racewalk.invalid>" CACHE STRING
    "Maintainer of the packages, as Debian's control files have it")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME racewalk)
set(CPACK_PACKAGE_CONTACT ${RACEWALK_MAINTAINER})
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL racewalk racewalk-dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# The libraries that the programs are linked with, from dpkg-shlibdeps.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RACEWALK_PACKAGE_NAME racewalk)
set(CPACK_DEBIAN_RACEWALK_DESCRIPTION "racewalk searches an executable model of a DNS balancer with random walks, or
exhaustively, writes each counterexample as a trace (ITF JSON), confirms it on
a running lab over HTTP, and shows it in words or as a picture.")
set(CPACK_DEBIAN_RACEWALK_PACKAGE_SUGGESTS "racewalk-dev")
set(CPACK_DEBIAN_RACEWALK-DEV_PACKAGE_NAME racewalk-dev)
set(CPACK_DEBIAN_RACEWALK-DEV_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_RACEWALK-DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_RACEWALK-DEV_PACKAGE_DEPENDS "gcc | c-compiler")
set(CPACK_DEBIAN_RACEWALK-DEV_PACKAGE_RECOMMENDS "racewalk (= ${PROJECT_VERSION}-1)")
set(CPACK_DEBIAN_RACEWALK-DEV_DESCRIPTION "racewalk-dev has what models of one's own are compiled with, the header racewalk/model.h,
and files with which pkg-config and CMake find it, and examples of models.")
if(TARGET racewalk-mpi)
    list(APPEND CPACK_COMPONENTS_ALL racewalk-mpi)
    set(CPACK_DEBIAN_RACEWALK-MPI_PACKAGE_NAME racewalk-mpi)
    set(CPACK_DEBIAN_RACEWALK-MPI_PACKAGE_DEPENDS "racewalk (= ${PROJECT_VERSION}-1), openmpi-bin")
    set(CPACK_DEBIAN_RACEWALK-MPI_PACKAGE_SUGGESTS "slurm-wlm")
    set(CPACK_DEBIAN_RACEWALK-MPI_DESCRIPTION "racewalk-mpi carries out the searches of racewalk under mpirun or in a Slurm
job, with the same findings and the same report as one process.")
endif()

# What Debian wants of any package, and no one else does: compressed manual pages, a changelog, a copyright file.
set(CPACK_RACEWALK_MAINTAINER ${RACEWALK_MAINTAINER})
string(TIMESTAMP CPACK_RACEWALK_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
string(TIMESTAMP CPACK_RACEWALK_YEAR "%Y" UTC)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/package_debian.cmake)
include(CPack)
