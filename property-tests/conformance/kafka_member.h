#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <librdkafka/rdkafka.h>

// What the parts of the conformance member share (kafka_member.cc).

namespace odradek::conformance {

template <auto destroy>
struct Destroy {
    template <class T>
    void operator()(T* pointer) const {
        destroy(pointer);
    }
};
using ClientHandle = std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>>;
using QueueHandle = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using EventHandle = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using ErrorHandle = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using ListHandle = std::
    unique_ptr<rd_kafka_topic_partition_list_t, Destroy<rd_kafka_topic_partition_list_destroy>>;

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
