#pragma once

#include "odradek/options.h"
#include "odradek/types.h"

#include "engine/base/random.h"
#include "engine/core/trace.h"
#include "simulator/checkers/key_index.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace odradek::sim {

/// Place of an event in its trace, 1 = first line; 0 = none.
using EventNumber = std::uint32_t;

inline constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

/// What the judge must know of the run, beside the trace, to tell right from wrong.
struct JudgedSettings {
    Ordering ordering = Ordering::key;
    NullKeys null_keys = NullKeys::one_lane;

    /// With Ordering::virtual_partition: the lane of a produced record in its partition.
    std::function<std::uint32_t(const TraceEvent&)> lane_of{};

    bool offset_map = true;
    std::uint32_t metadata_chars_max = 4096;
    std::uint32_t attempts_max = 0;  ///< RetryOptions::attempts_max
    AfterLastAttempt then = AfterLastAttempt::stop;

    /// Records polled and not settled that one member may hold.
    std::size_t buffered_max = std::numeric_limits<std::size_t>::max();

    /// A handler that runs so long may be given up on when its partition goes or its member stops;
    /// what it then answers counts for nothing.
    Duration abandoned_after = std::chrono::seconds{10};

    /// Longest wait of a runnable record while nothing is broken.
    Duration progress_within = std::chrono::minutes{1};

    /// Runs of finished records, in relation to all records.
    Ratio replayed_max{.part = 1, .whole = 0};
};

/// What the evidence says of one record so far.
struct RecordFacts {
    EventNumber produced = 0;      ///< 0: no such record (a gap)
    EventNumber started = 0;       ///< first start
    EventNumber settled = 0;       ///< first done, skip or acknowledged dead letter
    EventNumber covered = 0;       ///< first commit stored that makes a restart pass it
    std::uint32_t lane = nowhere;  ///< of KeyFacts; nowhere: not ordered with anything
    std::uint32_t next_in_lane = nowhere;
    EventNumber last_settled = 0;  ///< latest of these; an outcome of an old assignment is none
    std::int32_t settled_by = -1;  ///< member of the latest
    Epoch settled_epoch{};         ///< and its assignment
    Instant last_started_at{};
    Duration ran_for{};    ///< the latest settling run
    bool excused = false;  ///< gone from the log: nobody can be asked for it
};

/// One time that a member owned a partition.
struct Tenure {
    enum class End : unsigned char { open, revoked, lost, closed, crashed };

    std::int32_t member = -1;
    Epoch epoch;
    EventNumber since = 0;
    EventNumber until = 0;
    Instant until_at{};
    End end = End::open;
    bool commit_failed = false;  ///< its last answered commit failed
};

/// Records that must keep their order: equal keys of a partition, or a virtual partition of it.
struct LaneFacts {
    std::uint32_t partition = nowhere;
    std::uint32_t first_open = nowhere;  ///< index of the first record not settled
    std::uint32_t last = nowhere;
};

struct PartitionFacts {
    std::int32_t topic = -1;
    PartitionId partition{-1};
    Offset base{0};  ///< of records[0]
    std::vector<RecordFacts> records;
    std::vector<Tenure> tenures;
    std::uint32_t first_open = 0;   ///< index of the first record not settled
    Offset committed{-1};           ///< highest next_to_read stored
    std::uint32_t covered_end = 0;  ///< all records below this index are covered

    /// Index of an offset in `records`; nowhere when nothing was produced there.
    [[nodiscard]] std::uint32_t index_of(Offset offset) const;
    [[nodiscard]] Offset offset_of(std::uint32_t index) const { return advanced(base, index); }
};

/// An event with what it is about, looked up once for all checkers.
struct Observed {
    const TraceEvent& event;
    EventNumber number = 0;
    std::uint32_t partition = nowhere;  ///< of History::partitions()
    std::uint32_t record = nowhere;     ///< of PartitionFacts::records
    bool settles = false;               ///< the record is settled for the first time
    std::uint32_t overtaken = nowhere;  ///< with settles: earlier open record of its lane

    /// With settles: an earlier record of the partition is open.
    std::uint32_t overtaken_in_partition = nowhere;
};

/// Facts that several checkers need, kept from the trace alone in dense arrays.
class History {
public:
    explicit History(const JudgedSettings& settings);

    /// Takes the next event; the facts are those after it.
    Observed take(const TraceEvent& event);

    [[nodiscard]] const JudgedSettings& settings() const { return settings_; }
    [[nodiscard]] const std::vector<PartitionFacts>& partitions() const { return partitions_; }
    [[nodiscard]] const std::vector<LaneFacts>& lanes() const { return lanes_; }
    [[nodiscard]] const RecordFacts& record(const Observed& seen) const {
        return partitions_[seen.partition].records[seen.record];
    }

    /// Indices of the records that the commit just taken covers and none before it did.
    [[nodiscard]] const std::vector<std::uint32_t>& newly_covered() const { return newly_covered_; }

    /// The last time that the member owned the partition; null when it never did.
    [[nodiscard]] const Tenure* tenure_of(std::uint32_t partition, std::int32_t member) const;

    [[nodiscard]] EventNumber event_count() const { return number_; }

    /// Starts of records that were settled already.
    [[nodiscard]] std::uint64_t replayed() const { return replayed_; }
    [[nodiscard]] std::uint64_t finished() const { return finished_; }

private:
    std::uint32_t partition_number(const TraceEvent& event);
    void take_produced(PartitionFacts& partition, Observed& seen);
    void link_into_lane(Observed& seen, const TraceEvent& event);
    void take_started(const Observed& seen);
    void take_settled(Observed& seen);
    void take_committed(PartitionFacts& partition, const Observed& seen);
    void take_assignment(PartitionFacts& partition, const Observed& seen);
    void take_member_down(const Observed& seen);
    void take_log_change(PartitionFacts& partition, const Observed& seen);
    void relink(std::uint32_t number);
    void append_to_lane(PartitionFacts& partition, std::uint32_t index);
    void excuse(PartitionFacts& partition, std::uint32_t index);
    static void close_gaps(PartitionFacts& partition);
    static void close_gaps(const PartitionFacts& partition, LaneFacts& lane);
    [[nodiscard]] bool settles(const TraceEvent& event) const;
    [[nodiscard]] std::uint32_t lane_number(std::uint32_t partition, const TraceEvent& event);

    JudgedSettings settings_;
    EventNumber number_ = 0;
    KeyIndex keys_;
    std::vector<LaneFacts> lanes_;
    std::vector<PartitionFacts> partitions_;
    std::vector<std::vector<std::uint32_t>> numbers_;  ///< [topic][partition] → dense, or nowhere
    std::vector<std::uint32_t> newly_covered_;
    std::uint64_t replayed_ = 0;
    std::uint64_t finished_ = 0;
};

}  // namespace odradek::sim
