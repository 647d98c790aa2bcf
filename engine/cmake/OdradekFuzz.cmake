# Fuzzers: with -DODRADEK_FUZZ=ON (the preset `dev`, so CI), each `x_fuzz.cc` of a folder becomes the program `x_fuzz`, built by
# clang 19 (libFuzzer, AddressSanitizer, UndefinedBehaviorSanitizer) whatever compiler builds the rest,
# and a bounded run from its corpus, property-tests/corpus/x, becomes a test of the label `fuzz`:
# the same 25,000 inputs each time, some seconds a fuzzer.
#   odradek_add_fuzzers(FOLDER core/offsets SOURCES_FROM base LIBRARIES zstd)
# Longer: build/dev/bin/decode_fuzz -max_total_time=600 property-tests/corpus/decode

option(ODRADEK_FUZZ "Build the fuzzers (needs clang++-19)" OFF)

function(odradek_add_fuzzers)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "FOLDER;RUNS" "SOURCES_FROM;LIBRARIES")
  if(NOT ODRADEK_FUZZ)
    return()
  endif()
  find_program(ODRADEK_CLANG_19 clang++-19 REQUIRED)
  if(NOT ODRADEK_CCACHE)
    set(ODRADEK_CCACHE)
  endif()
  set(sources)
  foreach(folder ${ARG_FOLDER} ${ARG_SOURCES_FROM})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
    list(FILTER found EXCLUDE REGEX "_(test|bench|fuzz|property)\\.cc$")
    list(APPEND sources ${found})
  endforeach()
  list(TRANSFORM ARG_LIBRARIES PREPEND -l)
  set(flags -std=c++23 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined
    -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS -I${PROJECT_SOURCE_DIR}
    -I${PROJECT_SOURCE_DIR}/engine/include)
  set(objects)
  foreach(source ${sources})
    file(RELATIVE_PATH object ${CMAKE_CURRENT_SOURCE_DIR} ${source})
    set(object ${CMAKE_CURRENT_BINARY_DIR}/fuzz/${object}.o)
    get_filename_component(directory ${object} DIRECTORY)
    file(MAKE_DIRECTORY ${directory})
    add_custom_command(OUTPUT ${object} DEPENDS ${source} DEPFILE ${object}.d
      COMMAND ${ODRADEK_CCACHE} ${ODRADEK_CLANG_19} ${flags} -fsanitize=fuzzer-no-link -MD -MF ${object}.d -c ${source} -o ${object})
    list(APPEND objects ${object})
  endforeach()
  file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_FOLDER}/*_fuzz.cc)
  foreach(source ${fuzzers})
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" subject ${name})
    set(program ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name})
    add_custom_command(OUTPUT ${program} DEPENDS ${source} ${objects}
      COMMAND ${ODRADEK_CLANG_19} ${flags} -fsanitize=fuzzer ${source} ${objects} ${ARG_LIBRARIES} -o ${program})
    add_custom_target(${name} ALL DEPENDS ${program})
    add_test(NAME ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      COMMAND ${program} -runs=25000 -seed=1 -max_len=600 -rss_limit_mb=1024 -max_total_time=60
        -artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/fuzz/
        ${CMAKE_CURRENT_BINARY_DIR}/fuzz/found-${subject} property-tests/corpus/${subject})
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fuzz/found-${subject})
    set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 180)
  endforeach()
endfunction()
