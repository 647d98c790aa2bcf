#pragma once

#include "odradek/clock.h"

#include <cstdint>
#include <string>

namespace odradek::sim {

struct TopicSpec {
    std::string name;
    std::int32_t partitions = 1;  ///< ≥ 1

    /// Records produced at one instant to one partition form a batch of up to so many. ≥ 1.
    std::uint32_t batch_records_max = 500;
};

/// Settings of the brokers, with Kafka's names and defaults where it has them.
struct BrokerSpec {
    std::int32_t count = 1;                                   ///< ≥ 1
    Duration initial_rebalance_delay{};                       ///< group.initial.rebalance.delay.ms
    Duration append_linger = std::chrono::milliseconds{5};    ///< BM-5
    Duration election_time = std::chrono::milliseconds{200};  ///< until a dead leader is replaced
    Duration coordinator_load_time = std::chrono::milliseconds{50};
    std::uint32_t metadata_chars_max = 4096;            ///< offset.metadata.max.bytes
    std::uint32_t offsets_batch_bytes_max = 1'048'588;  ///< BM-215
};

}  // namespace odradek::sim
