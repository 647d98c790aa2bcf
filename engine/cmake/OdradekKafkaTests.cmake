# Tests that need a real broker. One cluster of one node is started before the first of them and stopped
# after the last; they are labelled `kafka`. Without a broker they fail.
#   odradek_add_kafka_tests(odradek_kafka_broker_test SOURCES ... LINKS odradek_kafka)
# The sources use the fixture of engine/local_kafka/kafka_fixture.h. FIXTURE kafka_and_peer instead of
# the default kafka: the Java peer is fetched before, too (property-tests/CMakeLists.txt).

get_filename_component(preset ${PROJECT_BINARY_DIR} NAME)
set(ODRADEK_TEST_CLUSTER ctest-${preset})  # two build folders may be tested at once

function(odradek_add_kafka_cluster)
  # The shell's parent is ctest: the cluster ends with it, also when it is killed.
  add_test(NAME kafka.start
    COMMAND sh -c "exec \"$0\" kafka start --name ${ODRADEK_TEST_CLUSTER} --owner $PPID" $<TARGET_FILE:odradek>)
  add_test(NAME kafka.stop COMMAND odradek kafka stop --name ${ODRADEK_TEST_CLUSTER})
  set_tests_properties(kafka.start PROPERTIES FIXTURES_SETUP "kafka;kafka_and_peer" LABELS kafka TIMEOUT 900)
  set_tests_properties(kafka.stop PROPERTIES FIXTURES_CLEANUP "kafka;kafka_and_peer" LABELS kafka TIMEOUT 120)
endfunction()

function(odradek_add_kafka_tests NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT;FIXTURE" "SOURCES;LINKS")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 180)
  endif()
  if(NOT ARG_FIXTURE)
    set(ARG_FIXTURE kafka)
  endif()
  odradek_add_tests(${NAME}
    SOURCES ${ARG_SOURCES}
    LINKS ${ARG_LINKS} odradek_local_kafka odradek_kafka fmt::fmt
    LABEL kafka
    TIMEOUT ${ARG_TIMEOUT}
    PROPERTIES FIXTURES_REQUIRED ${ARG_FIXTURE} ENVIRONMENT ODRADEK_TEST_KAFKA=${ODRADEK_TEST_CLUSTER})
endfunction()
