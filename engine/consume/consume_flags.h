#pragma once

#include "engine/config/engine_options.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace odradek::consume {

/// An option of the engine's table as it stands on the command line.
struct EngineFlag {
    const EngineOptionRow* row;
    std::string name;  ///< "--retry-delay"
    std::optional<std::string> value = std::nullopt;
};

/// The command line as it was given: texts that nobody has judged yet.
struct ConsumeFlags {
    std::optional<std::string> config;
    std::optional<std::string> brokers;
    std::optional<std::string> group;
    std::vector<std::string> topics;
    std::optional<std::string> from;
    std::optional<std::string> dead_letter_topic;
    std::vector<std::string> properties;
    std::optional<std::string> exec;
    std::optional<std::string> http;
    std::vector<std::string> http_headers;
    bool prints = false;
    std::optional<std::string> connect_timeout;
    std::optional<std::string> timeout;
    std::optional<std::string> stop_within;
    std::optional<std::string> until_idle;
    std::optional<std::uint16_t> metrics_port;
    std::optional<std::string> metrics_host;
    std::deque<EngineFlag> engine;
};

/// "--retry-delay" for "retry.delay".
[[nodiscard]] std::string flag_of(std::string_view path);

/// Gives `app` its options, which write into `given`, and all that `--help` shows.
void add_flags(CLI::App& app, ConsumeFlags& given);

}  // namespace odradek::consume
