#pragma once

#include "odradek/options.h"

#include "engine/core/assignment.h"
#include "engine/core/effect.h"
#include "engine/core/shards/shards.h"

#include <optional>

namespace odradek {

/// Names records that wait long for their first run, and the record that holds a partition's commit
/// back (PC-28). Looks now and then, so that nothing is paid per record.
class SlowWatch {
public:
    explicit SlowWatch(const SlowOptions& options) : options_(options) {}

    /// Records were polled.
    void records_came(Instant now) {
        if (!records_at_ && options_.record_after > Duration{0}) {
            records_at_ = now + options_.record_after;
        }
        if (!partitions_at_ && options_.partition_after > Duration{0}) {
            partitions_at_ = now + partition_period();
        }
    }

    /// A record's handler was started then: it may have waited with the executor before.
    void record_ran(Shards& shards, Slot slot, Instant started, Effects& effects) {
        const LiveRecord& record = shards[slot];
        const bool has_waited = started - record.polled_at >= options_.record_after;
        if (has_waited) name_after_wait(shards, slot, started, effects);
    }

    /// Looks if it is time. O(1) between, then O(records).
    void look(Shards& shards, Assignment& assignment, Instant now, Effects& effects);

    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// "waiting", "running", "deferred", "retry" or "dead_letter".
    [[nodiscard]] static const char* state_name(const LiveRecord& record);

private:
    [[nodiscard]] Duration partition_period() const;
    void name_after_wait(Shards& shards, Slot slot, Instant started, Effects& effects);
    void look_at_records(Shards& shards, Instant now, Effects& effects);
    void look_at_partitions(
        const Shards& shards, Assignment& assignment, Instant now, Effects& effects
    );
    void name_stuck(
        const Shards& shards,
        const OwnedPartition& owned,
        PartitionIndex partition,
        Instant now,
        Effects& effects
    ) const;

    SlowOptions options_;
    std::optional<Instant> records_at_;     // when a waiting record may be slow next
    std::optional<Instant> partitions_at_;  // while something is open
};

}  // namespace odradek
