# Debian packages by CPack, one for each part of cmake/install.cmake: scripts/package makes them, scripts/try-packages
# tries them in a new system.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libexchange)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "libexchange maintainers <maintainers@libexchange.example>")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL ${XCH_PARTS})
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)  # one package for each
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SOURCE libexchange)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS runtime)
set(CPACK_COMPONENT_TOOLS_DEPENDS runtime)

foreach(part package IN ZIP_LISTS XCH_PARTS XCH_PACKAGES)
  string(TOUPPER ${part} PART)
  set(CPACK_DEBIAN_${PART}_PACKAGE_NAME ${package})
endforeach()

set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "library that seals notes between agencies, field by field
Agencies that work on one diversion case may each see something else of it.
libexchange seals a typed note once for all of them: each agency opens exactly
the fields that the person's consent and the coalition's policy allow it.
.
This package holds the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS "pkg-config, capnproto, libcapnp-dev")
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS "weasyprint")  # exchange consent form --pdf
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "library that seals notes between agencies - development files
This package holds the headers of libexchange for C and C++, the schemas of the
note types and the plugin of the Cap'n Proto compiler that checks them, the
documentation, and examples in C, C++, Python, Java, .NET and Node.js.")

set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION utils)
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "program for notes sealed between agencies
This package holds the program exchange: it sets up a coalition and its
agencies, issues and revokes consents, seals and opens notes, moves envelopes,
and says what is wrong with a home and what to do about it.
.
It also holds exchange-verify, which checks the log of an agency on its own.")

include(CPack)
