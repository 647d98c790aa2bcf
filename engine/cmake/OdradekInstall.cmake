# `cmake --install build/release` and, in another project, find_package(odradek) with odradek::engine.
# Included last, when all components exist; one that is not built yet is left out.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(odradek_components vocabulary base offsets core kafka runtime)
set(installed)
foreach(component ${odradek_components})
  if(TARGET odradek_${component})
    list(APPEND installed odradek_${component})
    set_target_properties(odradek_${component} PROPERTIES EXPORT_NAME ${component})
  endif()
endforeach()

# What a service links: all of the above.
add_library(odradek_engine INTERFACE)
target_link_libraries(odradek_engine INTERFACE ${installed})
set_target_properties(odradek_engine PROPERTIES EXPORT_NAME engine)
add_library(odradek::engine ALIAS odradek_engine)

# Compiler flags of this build are no part of the package; the static libraries name them as private.
set_target_properties(odradek_flags PROPERTIES EXPORT_NAME build_flags)
install(TARGETS ${installed} odradek_engine odradek_flags
  EXPORT odradek
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
install(EXPORT odradek COMPONENT dev
  NAMESPACE odradek:: FILE odradekTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/odradek)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/odradekConfig.cmake.in ${PROJECT_BINARY_DIR}/odradekConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/odradek)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/odradekConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/odradekConfig.cmake ${PROJECT_BINARY_DIR}/odradekConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/odradek COMPONENT dev)

# odradek/chaos.h, for tests of a service's own handler: a component of its own, because it needs more
# libraries than a service does.
set(chaos)
foreach(component config checkers simulator baselines command local_kafka scenarios)
  if(TARGET odradek_${component})
    list(APPEND chaos odradek_${component})
    set_target_properties(odradek_${component} PROPERTIES EXPORT_NAME ${component})
  endif()
endforeach()
if(TARGET odradek_scenarios)
  set_target_properties(odradek_scenarios PROPERTIES EXPORT_NAME chaos)
  add_library(odradek::chaos ALIAS odradek_scenarios)
  target_compile_definitions(odradek_scenarios INTERFACE
    $<INSTALL_INTERFACE:ODRADEK_CATALOG="$<INSTALL_PREFIX>/${CMAKE_INSTALL_DATADIR}/odradek/catalog">)
  install(TARGETS ${chaos}
    EXPORT odradek_chaos
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
  install(EXPORT odradek_chaos
    NAMESPACE odradek:: FILE odradekChaosTargets.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/odradek COMPONENT dev)
endif()

set(odradek_programs odradek odradek-chaos odradek-check odradek-compare odradek-distribution)
foreach(program ${odradek_programs})
  if(TARGET ${program})
    install(TARGETS ${program} DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
  endif()
endforeach()

# What the programs look for beside themselves: the scenarios and the sample deployment.
install(DIRECTORY scenarios/catalog reports/sample
  DESTINATION ${CMAKE_INSTALL_DATADIR}/odradek COMPONENT programs)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT programs)

# `cpack --config build/release/CPackConfig.cmake`: two Debian packages, the programs and the library.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "the Odradek team <odradek@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "parallel Kafka consumer engine and its deterministic simulator")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME odradek)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_DEPENDS gnuplot-nox)  # the pictures of the reports
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libodradek-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libfmt-dev, librdkafka-dev, libzstd-dev, pkg-config")
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "odradek, libyaml-cpp-dev, nlohmann-json3-dev, libcli11-dev, libssl-dev")  # odradek::chaos
include(CPack)

if(ODRADEK_TESTS)
  foreach(way installed debian)
    add_test(NAME package.${way}_is_found_by_an_outside_project
      COMMAND ${CMAKE_COMMAND}
        -D way=${way} -D build=${PROJECT_BINARY_DIR} -D checkout=${PROJECT_SOURCE_DIR}
        -P ${CMAKE_CURRENT_LIST_DIR}/package-test/run.cmake)
    set_tests_properties(package.${way}_is_found_by_an_outside_project PROPERTIES
      LABELS package TIMEOUT 600 RESOURCE_LOCK package)
  endforeach()
endif()
