# Installs the build folder `build` into a prefix of its own and builds the project in `source` against it.
set(prefix ${build}/package-test/prefix)
file(REMOVE_RECURSE ${build}/package-test)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    list(JOIN ARGV " " line)
    message(FATAL_ERROR "failed: ${line}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${build} --prefix ${prefix})
run(${CMAKE_COMMAND} -G Ninja -S ${source} -B ${build}/package-test/build
  -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_STANDARD=23)
run(${CMAKE_COMMAND} --build ${build}/package-test/build)
run(${build}/package-test/build/outside)
