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

void append_meter(
    std::string& text,
    std::string_view name,
    std::string_view type,
    std::string_view help,
    const std::string& sample
) {
    text += "# HELP odradek_";
    text += name;
    text += ' ';
    text += help;
    text += "\n# TYPE odradek_";
    text += name;
    text += ' ';
    text += type;
    text += "\nodradek_";
    text += name;
    text += sample;
    text += '\n';
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
    json += ",\"cause\":";
    if (status.cause) {
        append_json_bytes(to_string(*status.cause), json);
    } else {
        json += "null";
    }
    json += "}\n";
    const bool has_failed = status.is_closed && status.cause.has_value();
    return {.status = has_failed ? 503 : 200, .type = "application/json", .body = std::move(json)};
}

Page metrics_page(const ConsumerStatus& status, const std::string& group) {
    std::string labels = "{group=";
    append_json_bytes(group, labels);  // quotes, backslashes and line ends are escaped alike
    labels += "} ";
    std::string text;
    const auto count = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        append_meter(text, name, "counter", help, labels + std::to_string(value));
    };
    const auto gauge = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        append_meter(text, name, "gauge", help, labels + std::to_string(value));
    };
    count("records_polled_total", "Records read from the broker.", status.polled);
    count("handlers_finished_total", "Runs of the handler that have ended.", status.finished);
    count(
        "replays_skipped_total",
        "Records delivered again that the offset map knew to be done.",
        status.replay_skipped
    );
    gauge("in_flight", "Handlers that run now.", status.in_flight);
    gauge("waiting", "Records that wait in the engine, in retry included.", status.waiting);
    gauge("partitions", "Partitions of this member.", status.partitions);
    gauge(
        "caught_up",
        "1: every partition is read to its end, nothing is in work.",
        status.is_caught_up ? 1 : 0
    );
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = std::move(text)};
}

}  // namespace odradek::consume
