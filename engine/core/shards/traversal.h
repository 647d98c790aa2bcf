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
};

}  // namespace odradek
