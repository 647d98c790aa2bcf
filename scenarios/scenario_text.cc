#include "scenarios/scenario_text.h"

#include "engine/config/engine_options.h"
#include "scenarios/fault_file.h"
#include "scenarios/handler_file.h"
#include "scenarios/load_file.h"
#include "simulator/checkers/judge.h"

#include <array>

namespace odradek::scenarios {

namespace {

constexpr std::array<std::string_view, 3> assignor_names{
    "range", "roundrobin", "cooperative_sticky"};

/// Lines of a block with its name above them; nothing for an empty block.
std::string block(std::string_view name, const std::string& lines) {
    return lines.empty() ? "" : std::string(name) + ":\n" + lines;
}

std::string line(std::size_t indent, std::string_view name, const std::string& value) {
    return std::string(indent, ' ') + std::string(name) + ": " + value + "\n";
}

/// A double-quoted YAML scalar.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') result += '\\';
        result += letter;
    }
    return result + "\"";
}

std::string cluster_yaml(const Cluster& cluster) {
    const Cluster defaults;
    std::string yaml;
    if (cluster.brokers != defaults.brokers) {
        yaml += line(2, "brokers", std::to_string(cluster.brokers));
    }
    if (cluster.network != defaults.network) {
        yaml += line(2, "network", latency_yaml(cluster.network));
    }
    if (cluster.resend.part != 0) yaml += line(2, "resend", to_text(cluster.resend));
    if (cluster.broken_connection.part != 0) {
        yaml += line(2, "broken_connections", to_text(cluster.broken_connection));
    }
    return yaml;
}

std::string client_yaml(const Client& client) {
    const Client defaults;
    std::string yaml;
    if (client.assignor != defaults.assignor) {
        yaml += line(
            2, "assignor", std::string(assignor_names[static_cast<std::size_t>(client.assignor)])
        );
    }
    if (client.session_timeout != defaults.session_timeout) {
        yaml += line(2, "session_timeout", to_text(client.session_timeout));
    }
    if (client.heartbeat_interval != defaults.heartbeat_interval) {
        yaml += line(2, "heartbeat_interval", to_text(client.heartbeat_interval));
    }
    if (client.max_poll_interval != defaults.max_poll_interval) {
        yaml += line(2, "max_poll_interval", to_text(client.max_poll_interval));
    }
    if (client.static_members) yaml += line(2, "static_members", "true");
    return yaml;
}

std::string phases_yaml(const Phases& phases) {
    const Phases defaults;
    std::string yaml;
    if (phases.safety != defaults.safety) yaml += line(2, "safety", to_text(phases.safety));
    if (phases.liveness != defaults.liveness) yaml += line(2, "liveness", to_text(phases.liveness));
    if (phases.restart_at_end) yaml += line(2, "restart_at_end", "true");
    return yaml;
}

std::string topics_yaml(const std::vector<Topic>& topics) {
    std::string yaml;
    for (const Topic& topic : topics) {
        yaml += "  - {name: " + topic.name + ", partitions: " + std::to_string(topic.partitions) +
                "}\n";
    }
    return yaml;
}

std::string faults_yaml(const std::vector<Fault>& faults) {
    std::string yaml;
    for (const Fault& fault : faults) {
        yaml += "  - " + fault_yaml(fault) + "\n";
    }
    return yaml;
}

std::string guarantees_yaml(const std::vector<std::string>& guarantees) {
    std::string yaml;
    for (const std::string& name : guarantees) {
        yaml += "  - " + name + "\n";
    }
    return yaml;
}

}  // namespace

std::string scenario_yaml(const Scenario& scenario) {
    const Scenario defaults;
    std::string yaml = line(0, "title", quoted(scenario.title));
    if (scenario.consumer != defaults.consumer) yaml += line(0, "consumer", scenario.consumer);
    yaml += block("cluster", cluster_yaml(scenario.cluster));
    yaml += block("topics", topics_yaml(scenario.topics));
    yaml += block("load", load_yaml(scenario.load));
    yaml += block("engine", engine_options_yaml(scenario.engine, 2));
    yaml += line(0, "members", std::to_string(scenario.members));
    if (scenario.late_members != 0) {
        yaml += line(0, "late_members", std::to_string(scenario.late_members));
    }
    if (scenario.late_engine) {
        const std::string lines = engine_options_yaml(*scenario.late_engine, 2, scenario.engine);
        if (!lines.empty()) yaml += block("late_engine", lines);
    }
    yaml += block("client", client_yaml(scenario.client));
    yaml += block("handler", handler_yaml(scenario.handler));
    yaml += block("faults", faults_yaml(scenario.faults));
    yaml += block("phases", phases_yaml(scenario.phases));
    if (scenario.guarantees != sim::usual_guarantees(scenario.engine.ordering)) {
        yaml += block("guarantees", guarantees_yaml(scenario.guarantees));
    }
    if (scenario.progress_within != defaults.progress_within) {
        yaml += line(0, "progress_within", to_text(scenario.progress_within));
    }
    if (scenario.replayed_max != defaults.replayed_max) {
        yaml += line(0, "replayed_max", to_text(scenario.replayed_max));
    }
    if (scenario.expect.broken) {
        yaml += line(0, "expect", "{broken: " + *scenario.expect.broken + "}");
    }
    return yaml;
}

}  // namespace odradek::scenarios
