#include "engine/core/trace.h"

#include "engine/base/json_text.h"

#include <array>
#include <charconv>

namespace odradek {

namespace {

void append_number(std::string_view name, std::int64_t value, std::string& line) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    line += ",\"";
    line += name;
    line += "\":";
    line.append(digits.data(), end);
}

bool carries_key(TraceEvent::Kind kind) {
    using enum TraceEvent::Kind;
    return kind == produced || kind == started || kind == finished;
}

void append_key(const TraceEvent& event, std::string& line) {
    if (!event.has_key && !carries_key(event.kind)) return;
    line += ",\"key\":";
    if (event.has_key) {
        append_json_bytes(event.key, line);
    } else {
        line += "null";
    }
}

}  // namespace

std::string_view name_of(TraceEvent::Kind kind) {
    using enum TraceEvent::Kind;
    switch (kind) {
        case produced:
            return "produced";
        case polled:
            return "polled";
        case started:
            return "started";
        case finished:
            return "finished";
        case sent:
            return "sent";
        case acknowledged:
            return "acknowledged";
        case committed:
            return "committed";
        case commit_failed:
            return "commit_failed";
        case assigned:
            return "assigned";
        case revoked:
            return "revoked";
        case lost:
            return "lost";
        case paused:
            return "paused";
        case resumed:
            return "resumed";
        case member_up:
            return "member_up";
        case member_down:
            return "member_down";
        case fault_on:
            return "fault_on";
        case fault_off:
            return "fault_off";
        case metered:
            return "metered";
        case probe:
            return "probe";
        case note:
            return "note";
    }
    return "unknown";
}

std::string to_json_line(const TraceEvent& event) {
    std::string line;
    append_json_line(event, line);
    return line;
}

// Fields in this order, those at their default left out; reading the line gives the event again.
void append_json_line(const TraceEvent& event, std::string& line) {
    line += "{\"event\":\"";
    line += name_of(event.kind);
    line += '"';
    append_number("at_ns", event.at.time_since_epoch().count(), line);
    if (event.member != -1) append_number("member", event.member, line);
    if (event.topic != -1) append_number("topic", event.topic, line);
    if (event.partition.value() != -1) append_number("partition", event.partition.value(), line);
    if (event.offset.value() != -1) append_number("offset", event.offset.value(), line);
    if (event.epoch.value() != 0) append_number("epoch", event.epoch.value(), line);
    if (event.attempt != 0) append_number("attempt", event.attempt, line);
    if (event.batch != 0) append_number("batch", event.batch, line);
    append_key(event, line);
    if (!event.detail.empty()) {
        line += ",\"detail\":";
        append_json_bytes(event.detail, line);
    }
    line += '}';
}

}  // namespace odradek
