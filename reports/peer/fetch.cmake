# Fetches the Java peer from Maven Central and compiles OffsetMapPeer.java against it:
#   cmake -DOUTPUT=build/dev/peer -P reports/peer/fetch.cmake
# Fails when it cannot; what is there already is kept.
get_filename_component(OUTPUT ${OUTPUT} ABSOLUTE)  # Maven would take it from the folder of pom.xml
if(EXISTS ${OUTPUT}/done-0.5.3.3)
  return()
endif()
find_program(MVN mvn REQUIRED)
find_program(JAVAC javac REQUIRED)
execute_process(
  COMMAND ${MVN} -q -B -f ${CMAKE_CURRENT_LIST_DIR}/pom.xml dependency:copy-dependencies
    -DincludeScope=runtime -DoutputDirectory=${OUTPUT}/lib
  COMMAND_ERROR_IS_FATAL ANY)
file(MAKE_DIRECTORY ${OUTPUT}/classes)
execute_process(
  COMMAND ${JAVAC} -nowarn -cp ${OUTPUT}/lib/* -d ${OUTPUT}/classes ${CMAKE_CURRENT_LIST_DIR}/OffsetMapPeer.java
  COMMAND_ERROR_IS_FATAL ANY)
file(TOUCH ${OUTPUT}/done-0.5.3.3)
