#pragma once

#include "odradek/options.h"

#include "engine/core/effect.h"
#include "engine/core/shards/batches.h"
#include "engine/core/shards/record_table.h"
#include "engine/core/shards/shard_map.h"
#include "engine/core/shards/traversal.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace odradek {

/// All live records in their order: who waits, who is out, whose turn it is.
///
/// A record is waiting → out (handed out ⇄ deferred, held, dead_letter) → settled. A shard that
/// keeps order has at most one run out, and nothing of it starts until that run is settled or given
/// back.
///
/// Whatever leaves is appended to `released`: no view into that record is held any more.
class Shards {
public:
    Shards(Ordering ordering, NullKeys null_keys, std::uint64_t hash_salt);

    /// Puts a record at the end of its shard.
    void add(const PolledRecord& record, AssignedPartition partition, Instant now);

    /// Puts records of one partition, in their order, at the end of their shards. As add() of each,
    /// but the memory of the next ones is fetched while one is put in its place.
    void add(std::span<const PolledRecord> records, AssignedPartition partition, Instant now);

    /// Fetches into the cache what the outcomes of these hand-overs will need; to be called some
    /// records ahead, first for the one farther away.
    void prefetch_record(WorkId work) const { records_.prefetch(work); }
    void prefetch_shard(WorkId work) const;

    /// Asked before a record that never ran is handed out.
    class Gate {
    public:
        Gate() = default;
        Gate(const Gate&) = delete;
        Gate& operator=(const Gate&) = delete;
        virtual ~Gate() = default;

        /// Whether a record may start. Called for those beyond the partition's free offsets only.
        [[nodiscard]] virtual bool may_start(const LiveRecord& record) = 0;
    };

    /// Hands out the next run: up to `run_max` records of one shard, as items of `work`. False when
    /// nothing is ready. A shard whose head may not start is set aside until unblock().
    bool take_run(std::uint32_t run_max, Gate& gate, std::vector<WorkItem>& work);

    /// Batches (PC-6), in shards_batches.cc. `now` is the time of what follows; called before it.
    void set_time(Instant now) { ready_.set_time(now); }

    /// When a batch of the partition whose turn it is may start: at once (the lowest instant) if
    /// enough records are ready, else when the first of them has waited for so long.
    [[nodiscard]] Instant batch_due(const BatchRule& rule) const;

    /// Partitions with ready shards; the next one's turn goes behind the others.
    [[nodiscard]] std::size_t turns() const { return ready_.turns(); }
    void pass_turn() { ready_.pass_turn(); }

    /// Hands out one batch of the partition whose turn it is: records of as many shards as it
    /// takes, in offset order. Nothing when none may start.
    void take_batch(const BatchRule& rule, Gate& gate, std::vector<WorkItem>& work);

    /// A record of a batch was not finished: what is behind it in its shard must come back.
    void stop_lane(Slot slot);

    /// A record before this one, of the same shard and batch, was not finished.
    [[nodiscard]] bool is_lane_stopped(Slot slot) const {
        return batches_.size() > 0 && shards_[records_[slot].shard].is_stopped;
    }

    /// Up to `count_max` shards of the partition that were set aside are tried again, the first
    /// first.
    void unblock(PartitionIndex partition, std::size_t count_max);

    [[nodiscard]] bool has_blocked(PartitionIndex partition) const;

    /// Calls `use(record)` for every record of the partition that has started and is not settled.
    template <typename Use>
    void each_started(PartitionIndex partition, Use use) {
        for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
            LiveRecord& record = records_[slot];
            if (record.state == RecordState::free || record.abandoned) continue;
            if (record.partition.partition != partition) continue;
            record.is_counted = record.state != RecordState::waiting || record.attempt > 0;
            if (record.is_counted) use(record);
        }
    }

    /// Calls `use(work, record)` for every live record, abandoned ones included. O(slots).
    template <typename Use>
    void each_record(Use use) const {
        for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
            if (records_[slot].state == RecordState::free) continue;
            use(records_.work_id(slot), records_[slot]);
        }
    }

    /// Names records that wait, have never run and were polled at or before `before`: `use(record)`
    /// once for each. Returns when the oldest of the others was polled. O(slots).
    template <typename Use>
    std::optional<Instant> name_slow(Instant before, Use use) {
        std::optional<Instant> oldest;
        for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
            LiveRecord& record = records_[slot];
            if (record.state != RecordState::waiting || record.attempt > 0 || record.is_slow) {
                continue;
            }
            if (record.polled_at <= before) {
                record.is_slow = true;
                use(record);
            } else {
                oldest = std::min(oldest.value_or(record.polled_at), record.polled_at);
            }
        }
        return oldest;
    }

    /// The same for one whose first run began at `started`. O(1).
    template <typename Use>
    void name_slow(Slot slot, Instant polled_before, Use use) {
        LiveRecord& record = records_[slot];
        if (record.polled_at > polled_before || record.attempt > 1 || record.is_slow) return;
        record.is_slow = true;
        use(record);
    }

    /// The slot of a hand-over whose record is not settled; no_slot for one that is, or never was.
    [[nodiscard]] Slot find(WorkId work) const { return records_.find(work); }

    [[nodiscard]] const LiveRecord& operator[](Slot slot) const { return records_[slot]; }
    [[nodiscard]] WorkId work_id(Slot slot) const { return records_.work_id(slot); }

    /// An out record is finished, or its outcome does not count: it leaves.
    void settle(Slot slot, std::vector<RecordHandle>& released);

    /// A handed-out or deferred record keeps its shard busy, as held or dead_letter, until it is
    /// put back or settled.
    void hold(Slot slot, RecordState state);

    /// A handed-out record leaves the executor, and is out until its completion token ends; also
    /// one that is abandoned.
    void defer(Slot slot);

    /// An out record goes back to its place in the queue. Its hand-over counts as an attempt only
    /// if it was held, or when said so.
    enum class Attempt : bool { does_not_count, counts };
    void put_back(Slot slot, Attempt attempt = Attempt::does_not_count);

    /// Drops what of a partition is not with the executor nor with the dead-letter producer.
    void drop_waiting(PartitionIndex partition, std::vector<RecordHandle>& released);

    /// What is still out of a partition will not count when it comes back: its assignment ended.
    /// Its shard stays busy until then. Returns how many there are.
    std::size_t abandon_out(PartitionIndex partition);

    [[nodiscard]] std::size_t waiting(PartitionIndex partition) const;
    [[nodiscard]] std::size_t out(PartitionIndex partition) const;
    [[nodiscard]] std::size_t waiting() const { return total_.waiting; }
    [[nodiscard]] std::size_t out() const { return total_.out; }
    [[nodiscard]] std::size_t runs_out() const { return runs_; }
    [[nodiscard]] std::size_t deferred() const { return deferred_; }
    [[nodiscard]] std::size_t bytes() const { return total_.bytes; }
    [[nodiscard]] std::size_t shard_count() const { return shards_.size(); }
    [[nodiscard]] bool has_ready() const { return !ready_.is_empty(); }

    /// Throws ContractViolation unless every count equals what the records say. O(records); for
    /// tests and the simulator.
    void audit() const;

private:
    struct Load {
        std::size_t waiting = 0;  ///< in a queue, or held for a retry
        std::size_t out = 0;      ///< with the executor, a token or the dead-letter producer
        std::size_t bytes = 0;    ///< of both

        friend bool operator==(const Load&, const Load&) = default;
    };

    [[nodiscard]] ShardKey shard_key(const PolledRecord& record, PartitionIndex partition) const;
    [[nodiscard]] Load& load(PartitionIndex partition);
    void add(const PolledRecord& record, AssignedPartition partition, Slot shard, Instant now);
    void append(Slot record);
    void prefetch_next() const;
    [[nodiscard]] bool is_refused(Slot slot, Gate& gate);
    void hand_out(Slot slot, Load& of_partition, std::vector<WorkItem>& work);
    [[nodiscard]] bool has_ready_records(PartitionIndex partition, std::size_t wanted) const;
    void leave_executor(Slot slot);
    void leave_worker_or_token(Slot slot);
    void remove_record(Slot slot, std::vector<RecordHandle>& released);
    void clear_queues(PartitionIndex partition);
    void keep_key(Slot leaving);
    void wake_or_remove(Slot shard);
    void block(Slot shard);
    void drop_blocked(PartitionIndex partition);

    Ordering ordering_;
    NullKeys null_keys_;
    RecordTable records_;
    ShardMap shards_;
    Traversal ready_;
    Load total_;
    std::size_t runs_ = 0;                    // with the executor, abandoned ones included
    std::size_t deferred_ = 0;                // abandoned ones included
    std::vector<Load> loads_;                 // by partition; what is abandoned is not in it
    std::vector<std::vector<Slot>> blocked_;  // by partition: shards that the gate refused
    Slot last_put_back_ = no_slot;
    Batches batches_;
};

}  // namespace odradek
