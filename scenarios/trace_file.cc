#include "scenarios/trace_file.h"

#include "engine/base/json_text.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include <nlohmann/json.hpp>

namespace odradek::scenarios {

namespace {

using Json = nlohmann::json;

std::optional<TraceEvent::Kind> kind_of(std::string_view name) {
    for (int kind = 0; kind <= static_cast<int>(TraceEvent::Kind::note); ++kind) {
        if (name_of(static_cast<TraceEvent::Kind>(kind)) == name) {
            return static_cast<TraceEvent::Kind>(kind);
        }
    }
    return std::nullopt;
}

/// Text, or bytes as {"base64": …}.
std::optional<std::string> bytes_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_object() && value.size() == 1 && value.contains("base64") &&
        value["base64"].is_string()) {
        return from_base64(value["base64"].get<std::string>());
    }
    return std::nullopt;
}

/// Why the field is wrong; empty when it was taken.
std::string take_number(std::string_view name, const Json& value, TraceEvent& event) {
    if (!value.is_number_integer()) return "'" + std::string(name) + "' must be an integer";
    const auto number = value.get<std::int64_t>();
    const auto small = static_cast<std::int32_t>(number);
    if (name == "at_ns") {
        event.at = Instant{Duration{number}};
    } else if (name == "offset") {
        event.offset = Offset{number};
    } else if (small != number) {
        return "'" + std::string(name) + "' is out of range";
    } else if (name == "member") {
        event.member = small;
    } else if (name == "topic") {
        event.topic = small;
    } else if (name == "partition") {
        event.partition = PartitionId{small};
    } else if (name == "epoch") {
        event.epoch = Epoch{static_cast<std::uint32_t>(number)};
    } else if (name == "attempt") {
        event.attempt = static_cast<std::uint32_t>(number);
    } else if (name == "batch") {
        event.batch = static_cast<std::uint32_t>(number);
    } else {
        return "unknown field '" + std::string(name) + "'";
    }
    return {};
}

std::string take_field(const std::string& name, const Json& value, TraceEvent& event) {
    if (name == "event") {
        const auto kind = value.is_string() ? kind_of(value.get<std::string>()) : std::nullopt;
        if (!kind) return "unknown event " + value.dump();
        event.kind = *kind;
        return {};
    }
    if (name == "key" || name == "detail") {
        if (name == "key" && value.is_null()) return {};
        auto bytes = bytes_of(value);
        if (!bytes) return "'" + name + R"(' must be text or {"base64": …})";
        if (name == "key") event.has_key = true;
        (name == "key" ? event.key : event.detail) = std::move(*bytes);
        return {};
    }
    return take_number(name, value, event);
}

}  // namespace

std::expected<TraceEvent, std::string> parse_trace_line(std::string_view line) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return std::unexpected("not a JSON object");
    if (!json.contains("event")) return std::unexpected("field 'event' is missing");
    TraceEvent event;
    for (const auto& [name, value] : json.items()) {
        std::string mistake = take_field(name, value, event);
        if (!mistake.empty()) return std::unexpected(std::move(mistake));
    }
    return event;
}

std::expected<std::vector<TraceEvent>, std::vector<ConfigError>> read_trace_file(
    const std::filesystem::path& path
) {
    constexpr std::size_t errors_max = 10;
    std::ifstream input(path, std::ios::binary);
    std::vector<TraceEvent> trace;
    std::vector<ConfigError> errors;
    if (!input) {
        errors.push_back(
            {.file = path.string(), .what = "cannot be read", .help = std::strerror(errno)}
        );
        return std::unexpected(errors);
    }
    std::string line;
    for (std::uint32_t number = 1; std::getline(input, line); ++number) {
        if (line.empty()) continue;
        auto event = parse_trace_line(line);
        if (event) {
            trace.push_back(std::move(*event));
        } else if (errors.size() < errors_max) {
            errors.push_back({path.string(), number, 1, event.error(), {}});
        }
    }
    if (!errors.empty()) return std::unexpected(errors);
    return trace;
}

bool write_trace_file(const std::filesystem::path& path, const std::vector<TraceEvent>& trace) {
    std::ofstream output(path, std::ios::binary | std::ios::trunc);
    std::string line;
    for (const TraceEvent& event : trace) {
        line.clear();
        append_json_line(event, line);
        output << line << '\n';
    }
    output.close();
    return output.good();
}

}  // namespace odradek::scenarios
