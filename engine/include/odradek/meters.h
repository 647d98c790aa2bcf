#pragma once

#include "odradek/clock.h"
#include "odradek/types.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace odradek {

/// Run times as a histogram: bucket i counts what took at most 2^i microseconds and more than half
/// of that; the last one has no upper end.
struct TimerMeter {
    static constexpr std::size_t bucket_count = 28;  ///< up to about two minutes

    std::uint64_t count = 0;
    Duration total{};
    Duration longest{};
    std::array<std::uint64_t, bucket_count> buckets{};

    void observe(Duration took) {
        ++count;
        total += took;
        if (longest < took) longest = took;
        const auto micros = static_cast<std::uint64_t>((took.count() + 999) / 1'000);
        const auto width = std::bit_width(micros - (micros > 0 ? 1 : 0));
        ++buckets[width < bucket_count ? width : bucket_count - 1];
    }
};

/// The record that holds a partition's commit back (PC-28).
struct BlockingRecord {
    Offset offset;
    Duration blocked_for{};  ///< since the commit last moved, or since it was the first to be open
    std::string state;       ///< waiting, running, deferred, retry, dead_letter
    std::uint32_t attempt = 0;
};

/// One owned partition.
struct PartitionMeters {
    PartitionIndex index;
    TopicPartition partition;
    Epoch epoch;
    Offset highest_seen = no_offset;
    Offset highest_completed = no_offset;
    Offset highest_sequential = no_offset;  ///< everything up to here is done
    Offset last_committed = no_offset;      ///< next to read, as the broker has acknowledged it
    std::size_t incomplete = 0;             ///< polled and not done
    std::size_t waiting = 0;
    std::size_t in_flight = 0;
    bool is_paused = false;                  ///< by back pressure
    std::uint32_t metadata_units = 0;        ///< UTF-16 units of the last committed offset map
    std::uint32_t metadata_units_max = 0;    ///< `engine.commit.metadata_chars_max`
    std::optional<BlockingRecord> blocking;  ///< empty while nothing is open
};

/// Offset maps that were committed, by their encoding.
struct EncodingMeters {
    std::uint64_t maps = 0;
    std::uint64_t units = 0;    ///< of their text
    std::uint64_t offsets = 0;  ///< that they spoke of: units / offsets is the payload ratio
};

/// Every meter of the engine at one moment (PC-29). Counters grow for the life of the Consumer.
struct Meters {
    std::string state = "not_started";  ///< running, paused, draining, committing, leaving, closed
    std::vector<PartitionMeters> partitions;

    // What there is now.
    std::size_t in_flight = 0;          ///< handed out and not answered, deferred ones included
    std::size_t running = 0;            ///< handlers that run
    std::size_t deferred = 0;           ///< completion tokens that are open
    std::size_t waiting = 0;            ///< polled and not handed out
    std::size_t retries_waiting = 0;    ///< of these, until their delay is over
    std::size_t incomplete = 0;         ///< polled and not done, over all partitions
    std::size_t shards = 0;             ///< lanes that have a record
    std::size_t shard_records_max = 0;  ///< of the longest
    std::size_t buffered_bytes = 0;
    std::size_t buffer_records_max = 0;  ///< reading stops above
    double load_factor = 0;              ///< of a self-tuning buffer; 0 for a fixed one (PC-19)
    std::size_t paused_partitions = 0;

    // What has happened.
    std::uint64_t polled = 0;
    std::uint64_t skipped_as_done = 0;  ///< delivered again, and known to be done
    std::uint64_t done = 0;             ///< outcomes, by kind
    std::uint64_t retried = 0;
    std::uint64_t skipped = 0;
    std::uint64_t failed = 0;
    std::uint64_t partitions_assigned = 0;
    std::uint64_t partitions_revoked = 0;
    std::uint64_t partitions_lost = 0;
    std::uint64_t commits_sent = 0;                ///< requests
    std::uint64_t commits_acknowledged = 0;        ///< partitions of requests
    std::uint64_t commits_failed = 0;              ///< likewise
    std::map<std::string, std::uint64_t> notices;  ///< by EngineNotice::kind
    std::map<std::string, EncodingMeters> encodings;
    TimerMeter handler;   ///< run times of the handler; of a deferred one until it returned
    TimerMeter encoding;  ///< the turns of the engine that made a commit

    [[nodiscard]] std::uint64_t noticed(const std::string& kind) const {
        const auto found = notices.find(kind);
        return found == notices.end() ? 0 : found->second;
    }
};

/// `meters` in Prometheus's text format (version 0.0.4), each with `tags` as labels: names such as
/// odradek_records_done_total, times in seconds. Label names must match [a-zA-Z_][a-zA-Z0-9_]*;
/// values are escaped.
[[nodiscard]] std::string prometheus_text(
    const Meters& meters, const std::map<std::string, std::string>& tags = {}
);

}  // namespace odradek
