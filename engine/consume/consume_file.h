#pragma once

#include "engine/consume/consume_options.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::consume {

/// Reads the YAML text of `--config` over the values that `options` has. `file` is its name in
/// messages. Returns every mistake, as file:line:column and a sentence.
///
///     brokers: 127.0.0.1:9092
///     topics: [orders]            # or topic: orders
///     group: shipping
///     from: earliest
///     dead_letter_topic: orders-dead
///     properties: {security.protocol: SSL}
///     exec: ./ship.sh             # or http: URL, http_headers: [...]; or print: true
///     connect_timeout: 10s
///     timeout: 60s
///     stop_within: 30s
///     until_idle: 5s
///     metrics_port: 9100
///     metrics_host: 127.0.0.1
///     engine: {ordering: key, concurrency_max: 16, retry: {delay: 1s}}
[[nodiscard]] std::vector<std::string> read_consume_file(
    const std::string& yaml, const std::string& file, ConsumeOptions& options
);

/// "earliest" or "latest".
inline constexpr std::array<std::string_view, 2> start_names{"earliest", "latest"};

}  // namespace odradek::consume
