# How every folder of the tree becomes a library, a test program and benchmarks.
#
# The house rule is one `x.cc` with `x_test.cc` beside it, so the sources of a component are what its
# folders hold; a new file needs no edit here.
#   odradek_add_component(NAME base FOLDERS base LINKS fmt::fmt [SLOW_LINKS ...])
# makes the static library `odradek_base`, the test program `odradek_base_test` from `*_test.cc`
# (each test registered with ctest) and one program for each `*_bench.cc`.

add_library(odradek_flags INTERFACE)
target_compile_options(odradek_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wextra-semi -Wimplicit-fallthrough -Wswitch-enum
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wuseless-cast>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false alarms on std::string in g++ 12 (PR 105329, 105651)
  # what g++ 12 believes to see after inlining at -O3: false alarms on std::variant and std::vector
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:RelWithDebInfo>>:-Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow>
  -Wno-missing-field-initializers  # designated initializers name what differs from the default
  $<$<BOOL:${ODRADEK_WERROR}>:-Werror>)
target_compile_definitions(odradek_flags INTERFACE
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(ODRADEK_SANITIZE)
  add_compile_options(-fsanitize=${ODRADEK_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${ODRADEK_SANITIZE})
endif()
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  # -O2 is CMake's default here; line tables are enough for profiles and halve the link time.
  string(REPLACE "-O2 -g" "-O3 -g1" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
elseif(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")
endif()

find_program(ODRADEK_CCACHE ccache)
if(ODRADEK_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ODRADEK_CCACHE})
endif()
if(ODRADEK_TIDY)
  find_program(ODRADEK_CLANG_TIDY clang-tidy-16 REQUIRED)
  # clang 16 spells C++23 as c++2b and knows only some of g++'s warnings.
  set(CMAKE_CXX_CLANG_TIDY ${ODRADEK_CLANG_TIDY}
    --extra-arg=-std=c++2b --extra-arg=-Wno-unknown-warning-option)
endif()

if(ODRADEK_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
if(ODRADEK_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

# Adds the test program NAME with the given sources; every test becomes a ctest test of LABEL.
function(odradek_add_tests NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "LABEL;TIMEOUT" "SOURCES;LINKS;PROPERTIES")
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE ${ARG_LINKS} odradek_flags GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(${NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  gtest_discover_tests(${NAME}
    DISCOVERY_MODE PRE_TEST
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ${ARG_PROPERTIES})
endfunction()

function(odradek_add_component)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "FOLDERS;LINKS;PRIVATE_LINKS;TEST_LINKS;EXCLUDE")
  set(sources)
  set(tests)
  set(benches)
  foreach(folder ${ARG_FOLDERS})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
    foreach(file ${found})
      get_filename_component(base ${file} NAME)
      if(base IN_LIST ARG_EXCLUDE OR base MATCHES "_kafka_test\\.cc$")  # see OdradekKafkaTests.cmake
        continue()
      elseif(base MATCHES "_test\\.cc$")
        list(APPEND tests ${file})
      elseif(base MATCHES "_bench\\.cc$")
        list(APPEND benches ${file})
      elseif(NOT base MATCHES "^main\\.cc$|_fuzz\\.cc$|_property\\.cc$")
        list(APPEND sources ${file})
      endif()
    endforeach()
  endforeach()

  set(library odradek_${ARG_NAME})
  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${library} PRIVATE odradek_flags)
    set_target_properties(${library} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${library} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(${library} ${scope} ${ARG_LINKS})
  if(ARG_PRIVATE_LINKS)
    target_link_libraries(${library} PRIVATE ${ARG_PRIVATE_LINKS})
  endif()

  if(ODRADEK_TESTS AND tests)
    odradek_add_tests(${library}_test SOURCES ${tests} LINKS ${library} ${ARG_TEST_LINKS} LABEL unit)
  endif()
  if(ODRADEK_BENCHMARKS)
    foreach(file ${benches})
      get_filename_component(base ${file} NAME_WE)
      add_executable(${base} ${file})
      target_link_libraries(${base} PRIVATE ${library} ${ARG_TEST_LINKS} odradek_flags benchmark::benchmark_main)
    endforeach()
  endif()
endfunction()
