#include "reports/compare/plan.h"

#include "engine/base/nearest.h"
#include "engine/config/yaml_reader.h"
#include "reports/compare/arm.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace odradek::reports {

namespace {

using Mistakes = std::vector<ConfigError>;

// The numbers of the presets are those of the peers' own published measurements.
constexpr std::array plans{
    Preset{"no-op", R"(# PF-1: what the engine itself costs
plan: no-op
cells:
  - records: 1000000
    partitions: 6
    keys: [10000, "zipf:1000:1.0"]
    handler: noop
    concurrency: 16
    arms: [raw-librdkafka, engine-key, engine-unordered, engine-partition]
)"},
    Preset{"table-1", R"(# PF-2: the table that the Confluent Parallel Consumer publishes
plan: table-1
cells:
  - records: 10000
    partitions: 1
    keys: [1, 2, 5, 10, 20, 50, 100, 1000, 10000]
    handler: sleep:0-5ms
    concurrency: 100
    arms: [bare-pool-key, engine-key]
  - records: 10000
    partitions: 1
    keys: 10000
    handler: sleep:0-5ms
    concurrency: 100
    arms: [bare-pool-unordered, engine-unordered]
  - records: 10000
    partitions: 1
    keys: 10000
    handler: sleep:0-5ms
    concurrency: 100
    arms: [bare-pool-partition, engine-partition]
)"},
    Preset{"scaler-load-test", R"(# PF-3: the load test of go-kafka-partition-scaler
plan: scaler-load-test
cells:
  - records: 60000
    partitions: 15
    keys: 60000
    handler: sleep:20ms
    concurrency: 300
    arms: [bare-pool-key, engine-key, engine-unordered]
)"},
    Preset{"skew", R"(# one hot key, ten warm ones: what order costs
plan: skew
cells:
  - records: 20000
    partitions: 6
    keys: [20000, "zipf:1000:1.0"]
    handler: sleep:1ms
    concurrency: 64
    arms: [bare-pool-key, engine-key, engine-unordered, pool-per-batch]
)"},
};

void read_arms(ConfigReader& reader, const ConfigNode& node, std::vector<std::string>& into) {
    if (node.kind != ConfigNode::Kind::sequence || node.items.empty()) {
        reader.report(node, "expected a list of arms such as [raw-librdkafka, engine-key]");
        return;
    }
    std::vector<std::string_view> names;
    for (const ArmRow& row : arm_rows()) {
        names.push_back(row.name);
    }
    for (const ConfigNode& item : node.items) {
        const std::size_t choice = reader.read_choice(item, names);
        if (choice != no_choice) into.emplace_back(names[choice]);
    }
}

/// A value, or a list of them: an axis.
std::span<const ConfigNode> values_of(const ConfigNode& node) {
    return node.kind == ConfigNode::Kind::sequence ? std::span{node.items} : std::span{&node, 1};
}

/// Multiplies the workloads of a cell by the values of one field.
template <typename Read>
void read_axis(
    ConfigMap& map, std::string_view name, std::vector<Workload>& workloads, const Read& read
) {
    const ConfigNode* node = map.find(name);
    if (node == nullptr) return;
    std::vector<Workload> all;
    for (const ConfigNode& value : values_of(*node)) {
        for (Workload workload : workloads) {
            if (read(value, workload)) all.push_back(workload);
        }
    }
    if (!all.empty()) workloads = std::move(all);
}

template <typename Count>
auto count_reader(ConfigReader& reader, Count Workload::*field, CountRange range) {
    return [&reader, field, range](const ConfigNode& node, Workload& workload) {
        std::uint64_t value = 0;
        if (!reader.read_count(node, value, range)) return false;
        workload.*field = static_cast<Count>(value);
        return true;
    };
}

template <typename Value>
auto text_reader(
    ConfigReader& reader,
    Value Workload::*field,
    std::expected<Value, std::string> (*parse)(std::string_view)
) {
    return [&reader, field, parse](const ConfigNode& node, Workload& workload) {
        std::string text;
        if (!reader.read(node, text)) return false;
        auto value = parse(text);
        if (!value) {
            reader.report(node, "expected " + value.error() + ", found '" + text + "'");
            return false;
        }
        workload.*field = *value;
        return true;
    };
}

void read_cell(ConfigReader& reader, const ConfigNode& node, Plan& plan) {
    ConfigMap map(reader, node, "cells[]");
    std::vector<Workload> workloads{Workload{}};
    const auto count = [&]<typename Count>(
                           std::string_view name, Count Workload::*field, CountRange range
                       ) { read_axis(map, name, workloads, count_reader(reader, field, range)); };
    count("records", &Workload::records, {.min = 1, .max = 1'000'000'000});
    count("partitions", &Workload::partitions, {.min = 1, .max = 10'000});
    count("value_bytes", &Workload::value_bytes, {.min = 8, .max = 1'000'000});
    count("concurrency", &Workload::concurrency, {.min = 1, .max = 1'000'000});
    count("members", &Workload::members, {.min = 1, .max = 1'000});
    read_axis(map, "keys", workloads, text_reader(reader, &Workload::keys, &parse_keys));
    read_axis(
        map, "handler", workloads, text_reader(reader, &Workload::handler, &parse_handler_work)
    );
    std::vector<std::string> arms;
    if (const ConfigNode* list = map.require("arms")) read_arms(reader, *list, arms);
    map.finish();
    for (const Workload& workload : workloads) {
        plan.cells.push_back({workload, arms});
    }
}

}  // namespace

std::span<const Preset> presets() {
    return plans;
}

std::expected<Plan, std::vector<ConfigError>> parse_plan(
    const std::string& yaml, const std::string& file
) {
    const auto root = parse_yaml(yaml, file);
    if (!root) return std::unexpected(root.error());
    ConfigReader reader(file);
    Plan plan;
    ConfigMap map(reader, *root, "");
    map.read("plan", plan.name);
    map.read_count("repeat", plan.repeat, {.min = 1, .max = 1'000});
    if (const ConfigNode* cells = map.require("cells")) {
        if (cells->kind != ConfigNode::Kind::sequence || cells->items.empty()) {
            reader.report(*cells, "expected a list of cells");
        }
        for (const ConfigNode& cell : cells->items) {
            read_cell(reader, cell, plan);
        }
    }
    map.finish();
    if (!reader.errors().empty()) return std::unexpected(reader.errors());
    return plan;
}

std::expected<Plan, std::vector<ConfigError>> load_plan(const std::string& word) {
    const auto* preset = std::ranges::find(plans, word, &Preset::name);
    if (preset != plans.end()) return parse_plan(std::string(preset->yaml), word);
    errno = 0;
    std::ifstream input(word, std::ios::binary);
    std::ostringstream text;
    if (input) text << input.rdbuf();
    if (input && std::filesystem::is_regular_file(word)) return parse_plan(text.str(), word);
    std::vector<std::string_view> names;
    for (const Preset& known : plans) {
        names.push_back(known.name);
    }
    const std::string near = nearest(word, names);
    ConfigError error{.file = word, .what = "is neither a file that can be read nor a plan"};
    error.help = near.empty() ? "plans: no-op, table-1, scaler-load-test, skew"
                              : "did you mean '" + near + "'?";
    return std::unexpected(Mistakes{error});
}

void change(Plan& plan, const PlanChanges& changes) {
    if (changes.repeat) plan.repeat = *changes.repeat;
    std::vector<PlanCell> cells;
    for (PlanCell cell : plan.cells) {
        Workload& workload = cell.workload;
        workload.records = changes.records.value_or(workload.records);
        workload.partitions = changes.partitions.value_or(workload.partitions);
        workload.keys = changes.keys.value_or(workload.keys);
        workload.value_bytes = changes.value_bytes.value_or(workload.value_bytes);
        workload.handler = changes.handler.value_or(workload.handler);
        workload.concurrency = changes.concurrency.value_or(workload.concurrency);
        workload.members = changes.members.value_or(workload.members);
        if (changes.arms) cell.arms = *changes.arms;
        const auto same = std::ranges::find_if(cells, [&](const PlanCell& known) {
            return known.workload == cell.workload && known.arms == cell.arms;
        });
        if (same == cells.end()) cells.push_back(std::move(cell));
    }
    plan.cells = std::move(cells);
}

}  // namespace odradek::reports
