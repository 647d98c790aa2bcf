#include "scenarios/handler_file.h"

#include <array>

namespace odradek::scenarios {

namespace {

constexpr std::array<std::string_view, 3> answer_names{"retry", "skip", "fail"};
constexpr std::array<std::string_view, 2> batch_answer_names{"each", "whole"};

void read_range(ConfigReader& reader, const ConfigNode& node, Latency& into) {
    if (node.kind != ConfigNode::Kind::sequence || node.items.size() != 2) {
        reader.report(node, "expected [lowest, highest], two durations");
        return;
    }
    Latency latency{.kind = Latency::Kind::uniform};
    if (!reader.read(node.items[0], latency.low) || !reader.read(node.items[1], latency.high)) {
        return;
    }
    if (latency.low > latency.high) {
        reader.report(node, "the lowest duration is above the highest");
        return;
    }
    into = latency;
}

void read_keys(ConfigMap& map, std::vector<std::string>& into) {
    const ConfigNode* node = map.require("keys");
    if (node == nullptr) return;
    if (node->kind != ConfigNode::Kind::sequence || node->items.empty()) {
        map.reader().report(*node, "expected a list of keys such as [k0, k7]");
        return;
    }
    for (const ConfigNode& item : node->items) {
        std::string key;
        if (map.reader().read(item, key)) into.push_back(key);
    }
}

std::string list_yaml(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) {
        text += (text.empty() ? "" : ", ") + item;
    }
    return "[" + text + "]";
}

}  // namespace

void read_latency(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, Latency& into
) {
    if (node.kind != ConfigNode::Kind::mapping) {
        Duration fixed{};
        if (reader.read(node, fixed)) into = {.kind = Latency::Kind::fixed, .low = fixed};
        return;
    }
    ConfigMap map(reader, node, path);
    if (node.fields.size() != 1) {
        reader.report(node, "expected exactly one of uniform, exponential, bimodal");
    }
    if (const ConfigNode* uniform = map.find("uniform")) read_range(reader, *uniform, into);
    if (const ConfigNode* exponential = map.find("exponential")) {
        ConfigMap fields(reader, *exponential, map.path_of("exponential"));
        into = {.kind = Latency::Kind::exponential};
        if (fields.require("mean") != nullptr) fields.read("mean", into.low);
        into.high = into.low * 10;
        fields.read("cut", into.high);
        fields.finish();
    }
    if (const ConfigNode* bimodal = map.find("bimodal")) {
        ConfigMap fields(reader, *bimodal, map.path_of("bimodal"));
        into = {.kind = Latency::Kind::bimodal, .rare = {.part = 1, .whole = 100}};
        if (fields.require("usual") != nullptr) fields.read("usual", into.low);
        if (fields.require("rare") != nullptr) fields.read("rare", into.high);
        fields.read("chance", into.rare);
        fields.finish();
    }
    map.finish();
}

std::string latency_yaml(const Latency& latency) {
    switch (latency.kind) {
        case Latency::Kind::fixed:
            return to_text(latency.low);
        case Latency::Kind::uniform:
            return "{uniform: [" + to_text(latency.low) + ", " + to_text(latency.high) + "]}";
        case Latency::Kind::exponential:
            return "{exponential: {mean: " + to_text(latency.low) +
                   ", cut: " + to_text(latency.high) + "}}";
        case Latency::Kind::bimodal:
            return "{bimodal: {usual: " + to_text(latency.low) +
                   ", rare: " + to_text(latency.high) + ", chance: " + to_text(latency.rare) + "}}";
    }
    return "0ms";
}

void read_handler(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, Handler& into
) {
    ConfigMap map(reader, node, path);
    if (const ConfigNode* latency = map.find("latency")) {
        read_latency(reader, *latency, map.path_of("latency"), into.latency);
    }
    map.read("failures", into.retry);
    map.read("skips", into.skip);
    map.read("rejections", into.fail);
    Duration delay{};
    if (map.read("retry_delay", delay)) into.retry_delay = delay;
    if (const ConfigNode* poison = map.find("poison")) {
        ConfigMap fields(reader, *poison, map.path_of("poison"));
        into.poison.emplace();
        read_keys(fields, into.poison->keys);
        if (const ConfigNode* answer = fields.find("answer")) {
            const std::size_t choice = reader.read_choice(*answer, answer_names);
            if (choice != no_choice) into.poison->answer = static_cast<Answer>(choice);
        }
        fields.read_count("attempts", into.poison->attempts);
        fields.finish();
    }
    if (const ConfigNode* slow = map.find("slow")) {
        ConfigMap fields(reader, *slow, map.path_of("slow"));
        into.slow.emplace();
        read_keys(fields, into.slow->keys);
        if (const ConfigNode* latency = fields.require("latency")) {
            read_latency(reader, *latency, fields.path_of("latency"), into.slow->latency);
        }
        fields.finish();
    }
    if (const ConfigNode* deferred = map.find("deferred")) {
        ConfigMap fields(reader, *deferred, map.path_of("deferred"));
        into.deferred.emplace();
        fields.read("share", into.deferred->share);
        if (const ConfigNode* latency = fields.require("latency")) {
            read_latency(reader, *latency, fields.path_of("latency"), into.deferred->latency);
        }
        fields.read("leaks", into.deferred->leaks);
        fields.read("doubles", into.deferred->doubles);
        fields.finish();
    }
    if (const ConfigNode* batch = map.find("batch")) {
        const std::size_t choice = reader.read_choice(*batch, batch_answer_names);
        if (choice != no_choice) into.batch = static_cast<BatchAnswer>(choice);
    }
    map.read("partitioner_failures", into.partitioner_failures);
    map.finish();
}

std::string handler_yaml(const Handler& handler) {
    std::string yaml;
    const auto line = [&](std::string_view name, const std::string& value) {
        yaml += "  " + std::string(name) + ": " + value + "\n";
    };
    if (handler.latency != Latency{}) line("latency", latency_yaml(handler.latency));
    if (handler.retry.part != 0) line("failures", to_text(handler.retry));
    if (handler.skip.part != 0) line("skips", to_text(handler.skip));
    if (handler.fail.part != 0) line("rejections", to_text(handler.fail));
    if (handler.retry_delay) line("retry_delay", to_text(*handler.retry_delay));
    if (handler.poison) {
        line(
            "poison",
            "{keys: " + list_yaml(handler.poison->keys) + ", answer: " +
                std::string(answer_names[static_cast<std::size_t>(handler.poison->answer)]) +
                ", attempts: " + std::to_string(handler.poison->attempts) + "}"
        );
    }
    if (handler.slow) {
        line(
            "slow",
            "{keys: " + list_yaml(handler.slow->keys) +
                ", latency: " + latency_yaml(handler.slow->latency) + "}"
        );
    }
    if (handler.deferred) {
        line(
            "deferred",
            "{share: " + to_text(handler.deferred->share) +
                ", latency: " + latency_yaml(handler.deferred->latency) +
                ", leaks: " + to_text(handler.deferred->leaks) +
                ", doubles: " + to_text(handler.deferred->doubles) + "}"
        );
    }
    if (handler.partitioner_failures.part != 0) {
        line("partitioner_failures", to_text(handler.partitioner_failures));
    }
    if (handler.batch != BatchAnswer::each) {
        line("batch", std::string(batch_answer_names[static_cast<std::size_t>(handler.batch)]));
    }
    return yaml;
}

}  // namespace odradek::scenarios
