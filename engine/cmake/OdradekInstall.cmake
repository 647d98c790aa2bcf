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
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT odradek
  NAMESPACE odradek:: FILE odradekTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/odradek)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/odradekConfig.cmake.in ${PROJECT_BINARY_DIR}/odradekConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/odradek)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/odradekConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/odradekConfig.cmake ${PROJECT_BINARY_DIR}/odradekConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/odradek)
foreach(program odradek odradek-chaos odradek-check odradek-distribution)
  if(TARGET ${program})
    install(TARGETS ${program} DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

if(ODRADEK_TESTS)
  add_test(NAME package.is_found_by_an_outside_project
    COMMAND ${CMAKE_COMMAND}
      -D build=${PROJECT_BINARY_DIR} -D source=${CMAKE_CURRENT_LIST_DIR}/package-test
      -P ${CMAKE_CURRENT_LIST_DIR}/package-test/run.cmake)
  set_tests_properties(package.is_found_by_an_outside_project PROPERTIES LABELS package TIMEOUT 300)
endif()
