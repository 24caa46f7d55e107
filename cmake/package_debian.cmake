# SPDX-License-Identifier: Apache-2.0
# Run by CPack on the staged files of each package, before they are packed.
file(GLOB packages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*)
foreach(package IN LISTS packages)
    get_filename_component(name ${package} NAME)
    set(doc ${package}/usr/share/doc/${name})
    file(GLOB pages ${package}/usr/share/man/man*/*.[1-9])
    if(pages)
        execute_process(COMMAND gzip -9n ${pages} COMMAND_ERROR_IS_FATAL ANY)
    endif()
    file(WRITE ${doc}/changelog.Debian
         "${name} (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
         "  * Built from the sources of this version by CPack.\n\n"
         " -- ${CPACK_RACEWALK_MAINTAINER}  ${CPACK_RACEWALK_DATE}\n")
    execute_process(COMMAND gzip -9nf ${doc}/changelog.Debian COMMAND_ERROR_IS_FATAL ANY)
    file(WRITE ${doc}/copyright
         "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
         "Upstream-Name: racewalk\n\n"
         "Files: *\nCopyright: ${CPACK_RACEWALK_YEAR} The racewalk authors\nLicense: Apache-2.0\n\n"
         "License: Apache-2.0\n On Debian systems, the full text of the Apache License version 2.0 is in\n"
         " /usr/share/common-licenses/Apache-2.0.\n")
    file(CHMOD ${doc}/copyright ${doc}/changelog.Debian.gz PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endforeach()
