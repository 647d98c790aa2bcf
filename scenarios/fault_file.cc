#include "scenarios/fault_file.h"

namespace odradek::scenarios {

namespace {

constexpr std::uint64_t target_max = 10'000;

void read_when(ConfigMap& map, const ConfigNode& node, Fault& into) {
    const bool has_time = map.read("at", into.from);
    if (has_time) into.to = into.from;
    const ConfigNode* within = map.find("within");
    if (within == nullptr) {
        if (!has_time && map.find("at") == nullptr) {
            map.reader().report(node, "a fault needs `at` or `within`");
        }
        return;
    }
    if (map.find("at") != nullptr) {
        map.reader().report(*within, "a fault has `at` or `within`, not both");
    }
    if (within->kind != ConfigNode::Kind::sequence || within->items.size() != 2) {
        map.reader().report(*within, "expected [earliest, latest], two durations");
        return;
    }
    const bool read = map.reader().read(within->items[0], into.from) &&
                      map.reader().read(within->items[1], into.to);
    if (read && into.from > into.to) {
        map.reader().report(*within, "the earliest time is after the latest");
    }
}

void read_target(ConfigMap& map, std::string_view name, std::optional<std::int32_t>& into) {
    std::int32_t value = 0;
    const ConfigNode* node = map.find(name);
    if (node == nullptr || node->text == "any") return;
    if (map.read_count(name, value, {.max = target_max})) into = value;
}

void read_fault(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, Fault& into
) {
    ConfigMap map(reader, node, path);
    if (const ConfigNode* what = map.require("what")) {
        std::vector<std::string_view> names;
        for (const FaultRow& row : fault_rows()) {
            names.push_back(row.name);
        }
        const std::size_t choice = reader.read_choice(*what, names);
        if (choice != no_choice) into.what = fault_rows()[choice].kind;
    }
    read_when(map, node, into);
    const ConfigNode* lasts = map.find("for");
    if (lasts != nullptr && !row_of(into.what).lasts) {
        reader.report(*lasts, std::string(row_of(into.what).name) + " is over at once");
    }
    map.read("for", into.lasts);
    map.read_count("times", into.times, {.min = 1, .max = 100'000});
    read_target(map, "member", into.member);
    read_target(map, "broker", into.broker);
    read_target(map, "partition", into.partition);
    map.read_count("topic", into.topic, {.max = target_max});
    map.read_count("count", into.count, {.min = 1, .max = 1'000'000});
    map.read("failures", into.failures);
    map.read("latency", into.latency);
    map.finish();
}

}  // namespace

void read_faults(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, std::vector<Fault>& into
) {
    if (node.kind != ConfigNode::Kind::sequence) {
        reader.report(node, "expected a list of faults");
        return;
    }
    for (const ConfigNode& item : node.items) {
        read_fault(reader, item, path + "[]", into.emplace_back());
    }
}

std::string fault_yaml(const Fault& fault) {
    const Fault defaults;
    const FaultRow& row = row_of(fault.what);
    std::string yaml = "{what: " + std::string(row.name);
    const auto field = [&](std::string_view name, const std::string& value) {
        yaml += ", " + std::string(name) + ": " + value;
    };
    if (fault.from == fault.to) {
        field("at", to_text(fault.from));
    } else {
        field("within", "[" + to_text(fault.from) + ", " + to_text(fault.to) + "]");
    }
    if (row.lasts && fault.lasts != defaults.lasts) field("for", to_text(fault.lasts));
    if (fault.times != defaults.times) field("times", std::to_string(fault.times));
    if (fault.member) field("member", std::to_string(*fault.member));
    if (fault.broker) field("broker", std::to_string(*fault.broker));
    if (fault.partition) field("partition", std::to_string(*fault.partition));
    if (fault.topic != defaults.topic) field("topic", std::to_string(fault.topic));
    if (fault.count != defaults.count) field("count", std::to_string(fault.count));
    if (fault.failures != defaults.failures) field("failures", to_text(fault.failures));
    if (fault.latency != defaults.latency) field("latency", to_text(fault.latency));
    return yaml + "}";
}

}  // namespace odradek::scenarios
