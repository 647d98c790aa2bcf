#pragma once

#include "odradek/consumer.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace odradek::consume {

/// Who handles the records.
enum class Target : unsigned char { none, exec, http, print };

/// Everything `odradek consume` was asked for.
struct ConsumeOptions {
    ConsumerOptions consumer;

    Target target = Target::none;
    std::string command;                    ///< of exec, for sh -c
    std::string url;                        ///< of http
    std::vector<std::string> http_headers;  ///< "Name: value"

    /// Most time for a worker's or endpoint's answer. ≥ 0; zero: without limit.
    Duration answer_within = std::chrono::seconds{60};

    /// Most time for a clean stop. ≥ 0.
    Duration stop_within = std::chrono::seconds{30};

    /// Stop when there has been nothing to do for so long. > 0.
    std::optional<Duration> until_idle;

    std::optional<std::uint16_t> metrics_port;  ///< 0: any that is free
    std::string metrics_host = "127.0.0.1";
};

/// `--help` was asked for.
struct HelpWanted {
    std::string text;
};

/// What the command line and, below it, the file of `--config` say. Error: every mistake, a
/// sentence each.
[[nodiscard]] std::expected<std::variant<ConsumeOptions, HelpWanted>, std::vector<std::string>>
parse_consume_options(const std::vector<std::string>& arguments);

}  // namespace odradek::consume
