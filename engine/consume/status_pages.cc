#include "engine/consume/status_pages.h"

#include "engine/base/json_text.h"

#include <string_view>

namespace odradek::consume {

namespace {

std::string_view name_of(const ConsumerStatus& status, Phase phase) {
    if (status.is_closed) return status.cause ? "failed" : "stopped";
    if (phase == Phase::stopping) return "stopping";
    return status.has_assignment ? "running" : "joining";
}

void append_stuck(const StuckPartition& stuck, std::string& json) {
    json += "{\"topic\":";
    append_json_bytes(stuck.partition.topic, json);
    json += ",\"partition\":" + std::to_string(stuck.partition.partition.value());
    json += ",\"offset\":" + std::to_string(stuck.offset.value());
    json += ",\"stuck_for_ms\":" + std::to_string(stuck.stuck_for / std::chrono::milliseconds{1});
    json += '}';
}

}  // namespace

Page health_page(const ConsumerStatus& status, Phase phase) {
    std::string json = "{\"status\":\"";
    json += name_of(status, phase);
    json += "\",\"partitions\":" + std::to_string(status.partitions);
    json += ",\"caught_up\":";
    json += status.is_caught_up ? "true" : "false";
    json += ",\"in_flight\":" + std::to_string(status.in_flight);
    json += ",\"waiting\":" + std::to_string(status.waiting);
    json += ",\"stuck\":[";
    for (const StuckPartition& stuck : status.stuck) {
        if (!json.ends_with('[')) json += ',';
        append_stuck(stuck, json);
    }
    json += "],\"cause\":";
    if (status.cause) {
        append_json_bytes(to_string(*status.cause), json);
    } else {
        json += "null";
    }
    json += "}\n";
    const bool has_failed = status.is_closed && status.cause.has_value();
    return {.status = has_failed ? 503 : 200, .type = "application/json", .body = std::move(json)};
}

Page metrics_page(const Meters& meters, const std::string& group) {
    return {
        .type = "text/plain; version=0.0.4; charset=utf-8",
        .body = prometheus_text(meters, {{"group", group}})};
}

}  // namespace odradek::consume
