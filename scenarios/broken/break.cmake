# Writes SOURCE to OUTPUT with one mistake that people make: the end of a range taken as inside it.
# After a restart, the first open record behind a finished range counts as finished.
file(READ ${SOURCE} text)
set(broken "${text}")
string(REPLACE "loaded_[loaded_at_].end <= offset" "loaded_[loaded_at_].end < offset" broken "${broken}")
string(REPLACE "return loaded_at_ < loaded_.size() && loaded_[loaded_at_].contains(offset);"
  "return loaded_at_ < loaded_.size() && loaded_[loaded_at_].begin <= offset;" broken "${broken}")
string(REPLACE "end < offset" "" one "${broken}")
string(REPLACE "begin <= offset" "" other "${broken}")
if(one STREQUAL broken OR other STREQUAL broken)
  message(FATAL_ERROR "${SOURCE} has changed: say in ${CMAKE_CURRENT_LIST_FILE} how it is broken now")
endif()
file(WRITE ${OUTPUT} "${broken}")
