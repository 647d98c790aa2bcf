#pragma once

#include "engine/core/event.h"
#include "engine/core/offsets/map_room.h"
#include "engine/core/offsets/progress.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace odradek {

/// One partition as this member has it.
struct OwnedPartition {
    enum class Phase : unsigned char {
        unowned,
        loading,   ///< assigned; its committed offset is being read
        loaded,    ///< and is known; the others of the same assignment are still loading
        reading,   ///< records come and are worked on
        revoking,  ///< the group wants it back; what runs is awaited
    };

    Phase phase = Phase::unowned;
    Epoch epoch;
    Progress progress;
    MapRoom room;                             ///< for the offset map, of what has started
    bool is_paused = false;                   ///< by back pressure
    std::optional<Instant> over_limit_since;  ///< too much waits, not paused yet

    Offset committed = no_offset;       ///< next to read, as the broker has it
    std::uint32_t committed_units = 0;  ///< of its metadata

    Offset blocking = no_offset;  ///< first open offset when SlowWatch looked last
    Instant blocking_since;       ///< when it was first seen to be that
    bool is_stuck = false;        ///< and was named for it

    [[nodiscard]] bool is_owned() const { return phase != Phase::unowned; }
};

/// Which partitions are this member's and in which life of their assignment (PC-22).
class Assignment {
public:
    /// Takes a partition in a new epoch; it must not be owned.
    void assign(AssignedPartition partition);

    /// Forgets a partition and its progress.
    void remove(PartitionIndex partition);

    /// The partition if it is owned in exactly this epoch, else null: an old life does not count.
    [[nodiscard]] OwnedPartition* find(AssignedPartition partition);

    /// The partition if it is owned, else null.
    [[nodiscard]] OwnedPartition* find(PartitionIndex partition);

    /// Owned partitions, in the order of their number. Valid until the next assign or remove.
    [[nodiscard]] std::span<const PartitionIndex> owned() const { return owned_; }

    [[nodiscard]] AssignedPartition identity(PartitionIndex partition) const {
        return {partition, partitions_[partition.value()].epoch};
    }

private:
    std::vector<OwnedPartition> partitions_;  // by partition
    std::vector<PartitionIndex> owned_;       // in order
};

}  // namespace odradek
