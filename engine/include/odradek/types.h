#pragma once

#include "odradek/strong.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace odradek {

/// Place of a record in its partition, ≥ 0 for every record that exists.
using Offset = Strong<struct OffsetTag, std::int64_t>;

/// Number of a partition inside its topic, ≥ 0.
using PartitionId = Strong<struct PartitionIdTag, std::int32_t>;

/// Life of one assignment of a partition in this process. Grows with each assignment, never
/// returns.
using Epoch = Strong<struct EpochTag, std::uint32_t>;

/// Dense number that the driver gives to a topic-partition the first time the process meets it; the
/// same topic-partition keeps it for the life of the process. Lets the core use plain arrays.
using PartitionIndex = Strong<struct PartitionIndexTag, std::uint32_t>;

/// Lane of a record inside its partition, 0 … count − 1 (VP-1).
using VirtualPartition = Strong<struct VirtualPartitionTag, std::uint32_t>;

/// No offset: what Kafka's clients report when a group has committed nothing.
inline constexpr Offset no_offset{-1};

[[nodiscard]] constexpr Offset next(Offset offset) {
    return Offset{offset.value() + 1};
}
[[nodiscard]] constexpr Offset previous(Offset offset) {
    return Offset{offset.value() - 1};
}

/// Number of offsets from `from` up to, not including, `to`; negative when `to` lies below.
[[nodiscard]] constexpr std::int64_t distance(Offset from, Offset to) {
    return to.value() - from.value();
}

[[nodiscard]] constexpr Offset advanced(Offset offset, std::int64_t count) {
    return Offset{offset.value() + count};
}

/// Half-open range of offsets: [begin, end).
struct OffsetRange {
    Offset begin;
    Offset end;

    [[nodiscard]] constexpr bool contains(Offset offset) const {
        return begin <= offset && offset < end;
    }
    [[nodiscard]] constexpr bool is_empty() const { return end <= begin; }
    [[nodiscard]] constexpr std::int64_t size() const { return distance(begin, end); }

    friend constexpr auto operator<=>(const OffsetRange&, const OffsetRange&) = default;
};

struct TopicPartition {
    std::string topic;
    PartitionId partition;

    friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

/// "orders-3", as Kafka's own tools write it.
[[nodiscard]] inline std::string to_string(const TopicPartition& partition) {
    return partition.topic + "-" + std::to_string(partition.partition.value());
}

}  // namespace odradek

template <>
struct std::hash<odradek::TopicPartition> {
    std::size_t operator()(const odradek::TopicPartition& partition) const {
        const std::size_t topic = std::hash<std::string>{}(partition.topic);
        return topic * 1'000'003U + std::hash<odradek::PartitionId>{}(partition.partition);
    }
};
