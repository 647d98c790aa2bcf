#pragma once

#include "engine/kafka/handle.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

// What the parts of the conformance member share (kafka_member.cc).

namespace odradek::conformance {

using kafka::ClientHandle;
using kafka::ErrorHandle;
using kafka::EventHandle;
using kafka::QueueHandle;
using ListHandle = kafka::PartitionListHandle;

inline constexpr int call_limit_ms = 15'000;

/// One line to the driver.
inline void say(const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

[[noreturn]] inline void fail(const std::string& what) {
    say("BROKEN " + what);
    std::exit(3);
}

/// The administrator's one call: `words` are a verb and what it needs; answers one line.
void obey_admin(
    const std::string& brokers, const std::string& prefix, const std::vector<std::string>& words
);

/// A transactional producer that obeys lines from standard input, with one line as answer each.
void run_producer(const std::string& brokers, const std::string& prefix, const std::string& id);

}  // namespace odradek::conformance
