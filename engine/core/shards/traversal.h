#pragma once

#include "engine/core/shards/shard_map.h"

#include <cstddef>
#include <vector>

namespace odradek {

/// The shards whose head may start, fair to partitions (in turns) and to the shards of each (first
/// come, first served) (PC-18). Every operation is O(1), whatever waits or runs.
class Traversal {
public:
    explicit Traversal(ShardMap& shards) : shards_(shards) {}

    /// Adds a shard behind the others of its partition; nothing if it is there.
    void add(Slot shard);

    /// Takes the next shard, no_slot if none is ready.
    Slot take();

    /// What take() would give now.
    [[nodiscard]] Slot next() const {
        return first_ == no_partition ? no_slot : turns_[first_].head;
    }
    /// Partitions that have a ready shard.
    [[nodiscard]] std::size_t turns() const { return turn_count_; }

    /// The partition whose turn is next. There is one.
    [[nodiscard]] PartitionIndex next_turn() const { return PartitionIndex{first_}; }

    /// The next one's turn comes behind all others.
    void pass_turn();

    /// The first ready shard of a partition, no_slot if there is none.
    [[nodiscard]] Slot front(PartitionIndex partition) const;

    /// Takes it, without passing the partition's turn.
    void pop(PartitionIndex partition);

    /// From now on it is known since when each shard is ready: `now` until the next call.
    void set_time(Instant now);

    /// Since when a ready shard is ready; needs set_time().
    [[nodiscard]] Instant ready_since(Slot shard) const { return ready_since_[shard]; }

    /// Takes all shards of a partition out, in no particular use: they are not ready any more.
    void remove_partition(PartitionIndex partition);

    [[nodiscard]] bool is_empty() const { return first_ == no_partition; }

private:
    static constexpr std::uint32_t no_partition = 0xFFFFFFFFU;

    struct Turn {
        Slot head = no_slot;
        Slot tail = no_slot;
        std::uint32_t next = no_partition;  ///< partition whose turn comes after
        std::uint32_t before = no_partition;
    };

    void append_turn(std::uint32_t partition);
    void unlink_turn(std::uint32_t partition);

    ShardMap& shards_;
    std::vector<Turn> turns_;  // by partition
    std::uint32_t first_ = no_partition;
    std::uint32_t last_ = no_partition;
    std::size_t turn_count_ = 0;
    bool keeps_times_ = false;
    Instant now_{};
    std::vector<Instant> ready_since_;  // by shard; empty without set_time()
};

}  // namespace odradek
