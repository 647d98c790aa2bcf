#include "scenarios/scenario_file.h"

#include "engine/config/engine_options.h"
#include "engine/config/yaml_reader.h"
#include "scenarios/fault_file.h"
#include "scenarios/handler_file.h"
#include "scenarios/load_file.h"
#include "simulator/baselines/baseline.h"
#include "simulator/checkers/judge.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace odradek::scenarios {

namespace {

constexpr std::array<std::string_view, 3> assignor_names{
    "range", "roundrobin", "cooperative_sticky"};
std::vector<std::string_view> consumer_names() {
    std::vector<std::string_view> names{"engine"};
    for (const sim::BaselineRow& row : sim::baseline_rows()) {
        names.push_back(row.name);
    }
    return names;
}

std::vector<std::string_view> guarantee_names() {
    std::vector<std::string_view> names;
    for (const sim::GuaranteeRow& row : sim::guarantee_rows()) {
        names.push_back(row.name);
    }
    return names;
}

void read_cluster(ConfigReader& reader, const ConfigNode& node, Cluster& into) {
    ConfigMap map(reader, node, "cluster");
    map.read_count("brokers", into.brokers, {.min = 1, .max = 100});
    if (const ConfigNode* network = map.find("network")) {
        read_latency(reader, *network, map.path_of("network"), into.network);
    }
    map.read("resend", into.resend);
    map.read("broken_connections", into.broken_connection);
    map.finish();
}

void read_topics(ConfigReader& reader, const ConfigNode& node, std::vector<Topic>& into) {
    if (node.kind != ConfigNode::Kind::sequence || node.items.empty()) {
        reader.report(node, "expected a list of topics such as [{name: orders, partitions: 6}]");
        return;
    }
    into.clear();
    for (const ConfigNode& item : node.items) {
        Topic& topic = into.emplace_back();
        ConfigMap map(reader, item, "topics[]");
        map.read("name", topic.name);
        map.read_count("partitions", topic.partitions, {.min = 1, .max = 10'000});
        map.finish();
    }
}

void read_client(ConfigReader& reader, const ConfigNode& node, Client& into) {
    ConfigMap map(reader, node, "client");
    if (const ConfigNode* assignor = map.find("assignor")) {
        const std::size_t choice = reader.read_choice(*assignor, assignor_names);
        if (choice != no_choice) into.assignor = static_cast<GroupAssignor>(choice);
    }
    map.read("session_timeout", into.session_timeout);
    map.read("heartbeat_interval", into.heartbeat_interval);
    map.read("max_poll_interval", into.max_poll_interval);
    map.read("static_members", into.static_members);
    map.finish();
}

void read_phases(ConfigReader& reader, const ConfigNode& node, Phases& into) {
    ConfigMap map(reader, node, "phases");
    map.read("safety", into.safety);
    map.read("liveness", into.liveness);
    map.read("restart_at_end", into.restart_at_end);
    map.finish();
}

void read_guarantees(ConfigReader& reader, const ConfigNode& node, std::vector<std::string>& into) {
    if (node.kind != ConfigNode::Kind::sequence || node.items.empty()) {
        reader.report(node, "expected a list of guarantees such as [at_least_once, key_order]");
        return;
    }
    const std::vector<std::string_view> names = guarantee_names();
    for (const ConfigNode& item : node.items) {
        const std::size_t choice = reader.read_choice(item, names);
        if (choice != no_choice) into.emplace_back(names[choice]);
    }
}

void read_expectation(ConfigReader& reader, const ConfigNode& node, Expectation& into) {
    if (node.kind == ConfigNode::Kind::scalar && node.text == "held") return;
    ConfigMap map(reader, node, "expect");
    const ConfigNode* broken = map.require("broken");
    if (broken != nullptr) {
        const std::vector<std::string_view> names = guarantee_names();
        const std::size_t choice = reader.read_choice(*broken, names);
        if (choice != no_choice) into.broken = std::string(names[choice]);
    }
    map.finish();
}

void read_consumer(ConfigReader& reader, const ConfigNode& node, std::string& into) {
    const std::vector<std::string_view> names = consumer_names();
    const std::size_t choice = reader.read_choice(node, names);
    if (choice != no_choice) into = names[choice];
}

void read_parts(ConfigReader& reader, ConfigMap& map, Scenario& into) {
    if (const ConfigNode* node = map.find("cluster")) read_cluster(reader, *node, into.cluster);
    if (const ConfigNode* node = map.find("topics")) read_topics(reader, *node, into.topics);
    if (const ConfigNode* node = map.find("load")) read_load(reader, *node, "load", into.load);
    if (const ConfigNode* node = map.find("engine")) {
        read_engine_options(reader, *node, "engine", into.engine);
    }
    if (const ConfigNode* node = map.find("late_engine")) {
        into.late_engine = into.engine;
        read_engine_options(reader, *node, "late_engine", *into.late_engine);
    }
    if (const ConfigNode* node = map.find("client")) read_client(reader, *node, into.client);
    if (const ConfigNode* node = map.find("handler")) {
        read_handler(reader, *node, "handler", into.handler);
    }
    if (const ConfigNode* node = map.find("faults")) {
        read_faults(reader, *node, "faults", into.faults);
    }
    if (const ConfigNode* node = map.find("phases")) read_phases(reader, *node, into.phases);
}

/// The node of the n-th fault, for mistakes that only the whole shows.
const ConfigNode& fault_node(const ConfigNode& root, std::size_t index) {
    for (const ConfigNode::Field& field : root.fields) {
        if (field.name.text == "faults" && index < field.value.items.size()) {
            return field.value.items[index];
        }
    }
    return root;
}

// What each field alone cannot see.
void judge_together(ConfigReader& reader, const ConfigNode& root, const Scenario& scenario) {
    for (std::size_t index = 0; index < scenario.faults.size(); ++index) {
        const Fault& fault = scenario.faults[index];
        const ConfigNode& node = fault_node(root, index);
        const std::string name(row_of(fault.what).name);
        const std::int32_t members = scenario.members + scenario.late_members;
        if (fault.member && *fault.member >= members) {
            reader.report(node, name + ": there is no member " + std::to_string(*fault.member));
        }
        if (fault.broker && *fault.broker >= scenario.cluster.brokers) {
            reader.report(node, name + ": there is no broker " + std::to_string(*fault.broker));
        }
        if (static_cast<std::size_t>(fault.topic) >= scenario.topics.size()) {
            reader.report(node, name + ": there is no topic " + std::to_string(fault.topic));
        }
        if (fault.to > scenario.phases.safety) {
            reader.report(node, name + ": starts after the safety phase has ended");
        }
    }
    const PartitionBy by = scenario.engine.virtual_partitions.partitioner;
    if (by == PartitionBy::header || by == PartitionBy::value) {
        reader.report(root, "the records of a scenario have keys only: partitioner key or random");
    }
    for (const Error& mistake : validate(scenario.engine)) {
        reader.report(root, "engine." + mistake.where + " " + mistake.what);
    }
    if (scenario.expect.broken && std::ranges::find(scenario.guarantees, *scenario.expect.broken) ==
                                      scenario.guarantees.end()) {
        reader.report(
            root, "expects '" + *scenario.expect.broken + "' to break but does not judge it"
        );
    }
}

Scenario read_scenario(ConfigReader& reader, const ConfigNode& root) {
    Scenario scenario;
    ConfigMap map(reader, root, "");
    if (map.require("title") != nullptr) map.read("title", scenario.title);
    if (const ConfigNode* node = map.find("consumer")) {
        read_consumer(reader, *node, scenario.consumer);
    }
    map.read_count("members", scenario.members, {.max = 1000});
    map.read_count("late_members", scenario.late_members, {.max = 1000});
    read_parts(reader, map, scenario);
    if (const ConfigNode* node = map.find("guarantees")) {
        read_guarantees(reader, *node, scenario.guarantees);
    } else {
        scenario.guarantees = sim::usual_guarantees(scenario.engine.ordering);
    }
    map.read("progress_within", scenario.progress_within);
    map.read("replayed_max", scenario.replayed_max);
    if (const ConfigNode* node = map.find("expect")) {
        read_expectation(reader, *node, scenario.expect);
    }
    map.finish();
    if (reader.errors().empty()) judge_together(reader, root, scenario);
    return scenario;
}

}  // namespace

std::expected<Scenario, std::vector<ConfigError>> parse_scenario(
    const std::string& yaml, const std::string& file
) {
    const auto root = parse_yaml(yaml, file);
    if (!root) return std::unexpected(root.error());
    ConfigReader reader(file);
    Scenario scenario = read_scenario(reader, *root);
    if (!reader.errors().empty()) return std::unexpected(reader.errors());
    return scenario;
}

std::expected<Scenario, std::vector<ConfigError>> load_scenario(const std::filesystem::path& path) {
    std::ifstream input(path, std::ios::binary);
    std::ostringstream text;
    if (input) text << input.rdbuf();
    if (!input) {
        return std::unexpected(std::vector<ConfigError>{
            {.file = path.string(), .what = "cannot be read", .help = std::strerror(errno)}});
    }
    auto scenario = parse_scenario(text.str(), path.string());
    if (scenario) {
        scenario->name = path.stem().string();
        scenario->group = path.parent_path().filename().string();
    }
    return scenario;
}

std::set<std::string> fields_asked_for(const std::string& yaml) {
    const auto root = parse_yaml(yaml, "reference");
    if (!root) return {};
    ConfigReader reader("reference");
    (void)read_scenario(reader, *root);
    return reader.known_paths();
}

}  // namespace odradek::scenarios
