#pragma once

#include "simulator/broker/messages.h"

#include <span>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// Computes who gets what, as librdkafka's leader does (BM-118 … BM-124). `partitions` is what the
/// leader's metadata knows, by topic and id. Unknown protocol: everybody gets nothing.
[[nodiscard]] GroupAssignment assign_partitions(
    std::string_view protocol,
    std::vector<GroupMemberInfo> members,
    std::span<const PartitionLeader> partitions
);

}  // namespace odradek::sim
