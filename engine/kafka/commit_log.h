#pragma once

#include "odradek/error.h"
#include "odradek/types.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek::kafka {

/// One commit as the group's coordinator has stored it.
struct StoredCommit {
    TopicPartition partition;
    Offset next_to_read;
    std::string metadata;

    /// Wall clock of the coordinator when it took the request.
    std::chrono::milliseconds at{};
};

/// Every commit of `group` that the cluster still has, in the order in which it was stored: read
/// from the log that the coordinator keeps (topic __consumer_offsets), so what members say of
/// themselves can be judged by it. Old entries may be gone; the log is compacted.
///
/// Blocks, at most `limit` without an answer; joins no group. Errors: broker_unreachable,
/// not_authorized, unknown_topic, client_failed.
[[nodiscard]] std::expected<std::vector<StoredCommit>, Error> read_commit_log(
    const std::string& brokers,
    const std::string& group,
    std::chrono::milliseconds limit = std::chrono::seconds(15)
);

/// The partition of the log that has this group: Java's String.hashCode of the name, absolute,
/// modulo the number of partitions (Kafka's GroupCoordinator.partitionFor).
[[nodiscard]] std::int32_t commit_log_partition(const std::string& group, std::int32_t partitions);

/// One entry of the log (Kafka's OffsetCommitKey 0 and 1, OffsetCommitValue 0 to 4); empty when it
/// is no commit of `group`.
[[nodiscard]] std::optional<StoredCommit> parse_commit(
    const std::string& group, std::span<const std::uint8_t> key, std::span<const std::uint8_t> value
);

}  // namespace odradek::kafka
