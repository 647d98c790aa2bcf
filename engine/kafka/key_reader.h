#pragma once

#include "odradek/error.h"

#include "engine/tools/key_source.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace odradek {

/// What of a live topic is read.
struct KeyReaderOptions {
    std::string topic;
    std::string brokers;                ///< HOST:PORT, more separated by commas
    std::uint64_t records_max = 0;      ///< 0: all that is there when reading starts
    std::uint32_t timeout_ms = 10'000;  ///< without an answer of the cluster
    /// librdkafka's: security.protocol, sasl.*, ssl.*. Those of groups and commits are refused.
    std::vector<std::pair<std::string, std::string>> properties = {};
};

/// A topic's keys with the partition of each, read-only: partitions are read one by one without a
/// consumer group, so nothing is committed and no group is left behind. Ends at the end of the log
/// as it stands at the start; a sample takes the newest records, the same number of each partition.
///
/// `partitions` becomes the number of partitions. Errors: broker_unreachable, unknown_topic,
/// not_authorized, invalid_options.
[[nodiscard]] std::expected<std::unique_ptr<KeySource>, Error> open_topic_keys(
    const KeyReaderOptions& options, std::uint32_t& partitions
);

}  // namespace odradek
