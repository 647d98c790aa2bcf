#pragma once

#include "engine/core/event.h"
#include "engine/kafka/handle.h"

#include <span>

namespace odradek::kafka {

/// What the client's group has committed for the partitions of `list`, which are `partitions` in
/// the engine's numbers, and for those with a text where their logs end. Blocks, up to 15 s.
[[nodiscard]] CommittedFetched read_committed(
    rd_kafka_t* client,
    rd_kafka_topic_partition_list_t& list,
    std::span<const AssignedPartition> partitions
);

}  // namespace odradek::kafka
