# What `cmake --install` puts where, in three parts, each of which is also a Debian package (cmake/package.cmake).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(XCH_PARTS runtime development tools)
set(XCH_PACKAGES libexchange1 libexchange-dev exchange-tools)
set(runtime COMPONENT runtime)
set(development COMPONENT development)
set(tools COMPONENT tools)
set(development_docs ${CMAKE_INSTALL_DATADIR}/doc/libexchange-dev)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/exchange)

# The program finds the library beside it wherever the tree is put; a distribution's package needs no such path
# (CMAKE_SKIP_INSTALL_RPATH).
file(RELATIVE_PATH to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(exchange_program PROPERTIES INSTALL_RPATH "$ORIGIN/${to_lib}")

install(TARGETS exchange EXPORT exchangeTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ${runtime} NAMELINK_COMPONENT development)
install(TARGETS capnpc-exchange EXPORT exchangeTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ${development})
install(TARGETS exchange_program exchange_verify RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ${tools})
install(FILES tools/verify/exchange-verify.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 ${tools})

# Headers, and the schemas beside them (exchange_SCHEMA_DIR, and schemadir of exchange.pc).
install(DIRECTORY include/exchange DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${development}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp" PATTERN "*.capnp")

file(RELATIVE_PATH pc_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/exchange.pc.in ${CMAKE_BINARY_DIR}/exchange.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/exchange.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig ${development})

configure_package_config_file(cmake/exchangeConfig.cmake.in ${CMAKE_BINARY_DIR}/exchangeConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/exchangeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/exchangeConfig.cmake ${CMAKE_BINARY_DIR}/exchangeConfigVersion.cmake
  DESTINATION ${package_dir} ${development})
install(EXPORT exchangeTargets NAMESPACE exchange:: DESTINATION ${package_dir} ${development})

# Documentation: the pages, the schemas of what the audit commands print, and the examples as projects to be copied and
# built.
install(DIRECTORY docs/ DESTINATION ${development_docs} ${development}
  FILES_MATCHING PATTERN "*.md" PATTERN "*.schema.json")
install(DIRECTORY examples DESTINATION ${development_docs} ${development}
  PATTERN "examples/CMakeLists.txt" EXCLUDE PATTERN "__pycache__" EXCLUDE PATTERN "node_modules" EXCLUDE)
foreach(part package IN ZIP_LISTS XCH_PARTS XCH_PACKAGES)
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} RENAME copyright COMPONENT ${part})
  install(FILES CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${part})
endforeach()

include(cmake/package.cmake)
