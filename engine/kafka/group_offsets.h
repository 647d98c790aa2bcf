#pragma once

#include "odradek/error.h"
#include "odradek/types.h"

#include <chrono>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek::kafka {

/// What a group has stored for one partition.
struct GroupOffset {
    TopicPartition partition;
    Offset next_to_read;
    std::string metadata;
    /// From the log's start to its high watermark; empty with a reason in `log_error`.
    std::optional<OffsetRange> log = std::nullopt;
    std::optional<Error> log_error = std::nullopt;
};

struct GroupOffsetsRequest {
    std::string brokers;  ///< host:port, comma between several
    std::string group;
    std::optional<std::string> topic = std::nullopt;  ///< empty: every topic of the group
    /// Any property of librdkafka, security and SASL included.
    std::map<std::string, std::string> properties = {};
    /// For the group's answer, and again for each partition's log.
    std::chrono::milliseconds limit = std::chrono::seconds(15);
};

/// Every partition for which the group has committed an offset, by topic and partition, without
/// joining the group; none where it is unknown to the cluster.
///
/// Blocks. Errors: invalid_options (a property, the brokers' list, the group's name),
/// broker_unreachable (no answer in time), not_authorized, client_failed (the rest).
[[nodiscard]] std::expected<std::vector<GroupOffset>, Error> read_group_offsets(
    const GroupOffsetsRequest& request
);

/// Stores offsets and texts for a group that has no member on these topics; `log` and the topic of
/// the request are not used. One request: it must stay below the broker's message.max.bytes.
///
/// Blocks. Errors: as above, commit_refused (the group is in use, or a text is too long), and
/// unknown_topic; then some partitions may have been stored, so the caller checks before it writes.
[[nodiscard]] std::expected<void, Error> write_group_offsets(
    const GroupOffsetsRequest& request, std::span<const GroupOffset> offsets
);

}  // namespace odradek::kafka
