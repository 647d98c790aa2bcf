#pragma once

#include "odradek/clock.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace odradek::sim {

/// Who computes the assignment of a classic group (the leader), by Kafka's names.
enum class Assignor : unsigned char { range, roundrobin, cooperative_sticky };

/// auto.offset.reset.
enum class ResetPolicy : unsigned char { earliest, latest, error };

/// Which librdkafka the client is a twin of, where the versions differ for the calls in use.
enum class Library : unsigned char {
    v2_0_2,  ///< Debian 12's: with BM-219 and BM-285
    v2_10,   ///< a commit refused in the middle of a rebalance does no harm (BM-219); resuming what
             ///< is not paused does nothing (BM-285, since 2.4)
};

/// The Kafka client's own settings, with librdkafka's names and defaults where it has them.
struct ClientOptions {
    Assignor assignor = Assignor::range;
    std::string static_id;  ///< group.instance.id; empty: a dynamic member
    Duration session_timeout = std::chrono::seconds{45};
    Duration heartbeat_interval = std::chrono::seconds{3};
    Duration max_poll_interval = std::chrono::minutes{5};
    Duration request_timeout = std::chrono::seconds{60};       ///< socket.timeout.ms
    Duration fetch_wait_max = std::chrono::milliseconds{500};  ///< fetch.wait.max.ms
    Duration metadata_refresh = std::chrono::minutes{5};       ///< topic.metadata.refresh…
    std::size_t queued_records = 100'000;                      ///< queued.min.messages
    std::uint32_t fetch_partition_bytes = 1U << 20U;           ///< fetch.message.max.bytes
    std::uint32_t fetch_bytes = 50U << 20U;                    ///< fetch.max.bytes
    ResetPolicy reset = ResetPolicy::earliest;
    bool read_uncommitted = false;  ///< isolation.level
    bool partition_eof = false;     ///< enable.partition.eof
    bool auto_commit = false;       ///< of stored offsets, at the end of an assignment
    Library library = Library::v2_0_2;
};

}  // namespace odradek::sim
