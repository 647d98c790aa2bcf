#include "reports/deployment.h"

#include "odradek/partitioner.h"

#include "engine/config/engine_options.h"
#include "engine/config/yaml_reader.h"
#include "scenarios/handler_file.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace odradek::reports {

namespace {

using Mistakes = std::vector<ConfigError>;

/// A decimal number ≥ 0 such as 1.5.
bool read_number(ConfigReader& reader, const ConfigNode& node, std::optional<double>& into) {
    double value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [stopped, error] = std::from_chars(node.text.data(), end, value);
    if (node.text.empty() || error != std::errc{} || stopped != end || !(value >= 0)) {
        reader.report(node, "expected a number such as 1.5, found '" + node.text + "'");
        return false;
    }
    into = value;
    return true;
}

void read_topic(ConfigReader& reader, const ConfigNode& node, Deployment& into) {
    ConfigMap map(reader, node, "topic");
    map.read("name", into.topic);
    map.read_count("partitions", into.partitions, {.min = 1, .max = 10'000});
    if (const ConfigNode* partitioner = map.find("partitioner")) {
        std::vector<std::string_view> names;
        for (const BuiltInReducer& reducer : built_in_reducers()) {
            names.push_back(reducer.name);
        }
        const std::size_t choice = reader.read_choice(*partitioner, names);
        if (choice != no_choice) into.partitioner = names[choice];
    }
    map.finish();
}

void read_keys(
    ConfigReader& reader,
    const ConfigNode& node,
    const std::filesystem::path& folder,
    Deployment& into
) {
    ConfigMap map(reader, node, "keys");
    std::string csv;
    if (map.require("csv") != nullptr && map.read("csv", csv)) into.keys_csv = folder / csv;
    map.read("column", into.key_column);
    map.read("weight", into.weight_column);
    map.finish();
}

/// `orders: [orders-retry, orders-dead]`, a line a topic.
void read_flow(ConfigReader& reader, const ConfigNode& node, TopicFlow& into) {
    if (node.kind != ConfigNode::Kind::mapping) {
        reader.report(node, "expected topics and what they feed", "orders: [orders-retry]");
        return;
    }
    for (const ConfigNode::Field& field : node.fields) {
        std::vector<std::string>& targets = into[field.name.text];
        const bool is_list = field.value.kind == ConfigNode::Kind::sequence;
        for (const ConfigNode& item : is_list ? field.value.items : std::vector{field.value}) {
            std::string target;
            if (reader.read(item, target)) targets.push_back(target);
        }
    }
}

void read_client(ConfigReader& reader, const ConfigNode& node, scenarios::Client& into) {
    ConfigMap map(reader, node, "client");
    map.read("session_timeout", into.session_timeout);
    map.read("heartbeat_interval", into.heartbeat_interval);
    map.read("max_poll_interval", into.max_poll_interval);
    map.finish();
}

void read_chaos(ConfigReader& reader, const ConfigNode& node, Deployment& into) {
    ConfigMap map(reader, node, "chaos");
    map.read("scenarios", into.chaos_scenarios);
    map.read_count("seeds", into.chaos_seeds, {.min = 1, .max = 1'000'000});
    map.finish();
}

void read_gates(ConfigReader& reader, const ConfigNode& node, Gates& into) {
    ConfigMap map(reader, node, "gates");
    if (const ConfigNode* gate = map.find("max_over_mean")) {
        read_number(reader, *gate, into.max_over_mean);
    }
    if (const ConfigNode* gate = map.find("min_speedup")) {
        read_number(reader, *gate, into.min_speedup);
    }
    map.read_count("invariants_broken", into.invariants_broken);
    Rate rate;
    if (map.read("min_throughput", rate)) into.min_throughput = rate;
    Ratio ratio;
    if (map.read("max_replayed", ratio)) into.max_replayed = ratio;
    if (map.read("max_hot_key", ratio)) into.max_hot_key = ratio;
    Duration latency{};
    if (map.read("max_latency", latency)) into.max_latency = latency;
    std::uint64_t dangers = 0;
    if (map.read_count("unsafe_settings", dangers)) into.unsafe_settings = dangers;
    map.finish();
}

std::expected<std::string, Mistakes> text_of(const std::filesystem::path& path) {
    errno = 0;
    std::ifstream input(path, std::ios::binary);
    std::ostringstream text;
    if (input) text << input.rdbuf();
    if (input) return text.str();
    return std::unexpected(Mistakes{
        {.file = path.string(), .what = "cannot be read", .help = std::strerror(errno)}});
}

}  // namespace

std::expected<Deployment, std::vector<ConfigError>> load_deployment(
    const std::filesystem::path& path
) {
    const auto text = text_of(path);
    if (!text) return std::unexpected(text.error());
    const auto root = parse_yaml(*text, path.string());
    if (!root) return std::unexpected(root.error());
    ConfigReader reader(path.string());
    Deployment into;
    ConfigMap map(reader, *root, "");
    if (map.require("deployment") != nullptr) map.read("deployment", into.name);
    if (const ConfigNode* node = map.find("topic")) read_topic(reader, *node, into);
    if (const ConfigNode* node = map.find("keys")) {
        read_keys(reader, *node, path.parent_path(), into);
    }
    if (const ConfigNode* node = map.find("engine")) {
        read_engine_options(reader, *node, "engine", into.engine);
    }
    if (const ConfigNode* node = map.find("handler")) {
        scenarios::read_handler(reader, *node, "handler", into.handler);
    }
    if (const ConfigNode* node = map.find("flow")) read_flow(reader, *node, into.flow);
    if (const ConfigNode* node = map.find("client")) read_client(reader, *node, into.client);
    map.read("arrivals", into.arrivals);
    map.read_count("members", into.members, {.min = 1, .max = 1000});
    if (const ConfigNode* node = map.find("chaos")) read_chaos(reader, *node, into);
    if (const ConfigNode* node = map.find("gates")) read_gates(reader, *node, into.gates);
    map.finish();
    if (!reader.errors().empty()) return std::unexpected(reader.errors());
    return into;
}

}  // namespace odradek::reports
