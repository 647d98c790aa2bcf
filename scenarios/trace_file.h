#pragma once

#include "engine/config/config_error.h"
#include "engine/core/trace.h"

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::scenarios {

/// The event that append_json_line() wrote. Error: what is wrong with the line.
[[nodiscard]] std::expected<TraceEvent, std::string> parse_trace_line(std::string_view line);

/// A whole trace, one event a line; empty lines are skipped. Error: every line that is no event,
/// at most ten.
[[nodiscard]] std::expected<std::vector<TraceEvent>, std::vector<ConfigError>> read_trace_file(
    const std::filesystem::path& path
);

/// Writes the lines of `trace`; false when the file cannot be written completely.
[[nodiscard]] bool write_trace_file(
    const std::filesystem::path& path, const std::vector<TraceEvent>& trace
);

}  // namespace odradek::scenarios
