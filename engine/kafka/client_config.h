#pragma once

#include "odradek/consumer.h"

#include "engine/kafka/handle.h"

#include <expected>
#include <map>
#include <string>
#include <vector>

namespace odradek::kafka {

/// librdkafka's configuration for a consumer of the engine (PC-24): auto commit off, rebalances as
/// events, the user's properties passed through. Error: every property that librdkafka refuses, or
/// that is the engine's own.
[[nodiscard]] std::expected<ConfHandle, std::vector<Error>> consumer_config(
    const ConsumerOptions& options
);

/// Mistakes of the parts that need no librdkafka: names, topics, reserved properties.
[[nodiscard]] std::vector<Error> check_client_options(const ConsumerOptions& options);

/// Of a consumer's properties those that another client needs to reach the same cluster as the same
/// user: security, SASL, TLS, addresses, sockets.
[[nodiscard]] std::map<std::string, std::string> connection_properties(
    const std::map<std::string, std::string>& properties
);

}  // namespace odradek::kafka
