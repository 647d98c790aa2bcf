#include "engine/local_kafka/state.h"

#include "engine/local_kafka/folder.h"

#include <nlohmann/json.hpp>

namespace odradek::local_kafka {

namespace {

using nlohmann::json;

json to_json(const ProcessId& process) {
    return {{"pid", process.number}, {"started", process.started}};
}

ProcessId process_of(const json& value) {
    return {.number = value.at("pid").get<pid_t>(), .started = value.at("started")};
}

Node node_of(const json& value, bool is_this_boot) {
    Node node{
        .address =
            {.id = value.at("id"),
             .port = value.at("port"),
             .controller_port = value.at("controller_port")},
        .process = {},
        .container = value.at("container"),
    };
    if (is_this_boot) node.process = process_of(value.at("process"));
    return node;
}

ClusterState state_of(const json& value) {
    ClusterState state{
        .is_ready = value.at("ready"),
        .boot = value.at("boot"),
        .cluster_id = value.at("cluster_id"),
        .owner = std::nullopt,
        .nodes = {},
        .extra = value.at("extra"),
    };
    const bool is_this_boot = state.boot == boot_id();
    if (value.contains("owner")) {
        state.owner = is_this_boot ? process_of(value.at("owner")) : ProcessId{};
    }
    for (const json& node : value.at("nodes")) {
        state.nodes.push_back(node_of(node, is_this_boot));
    }
    return state;
}

}  // namespace

Result<void> write_state(const std::filesystem::path& file, const ClusterState& state) {
    json nodes = json::array();
    for (const Node& node : state.nodes) {
        nodes.push_back({
            {"id", node.address.id},
            {"port", node.address.port},
            {"controller_port", node.address.controller_port},
            {"process", to_json(node.process)},
            {"container", node.container},
        });
    }
    json value{
        {"ready", state.is_ready},
        {"boot", state.boot},
        {"cluster_id", state.cluster_id},
        {"nodes", nodes},
        {"extra", state.extra},
    };
    if (state.owner) value["owner"] = to_json(*state.owner);
    return write_file(file, value.dump(2) + "\n");
}

std::optional<ClusterState> read_state(const std::filesystem::path& file) {
    try {
        return state_of(json::parse(read_file(file)));
    } catch (const json::exception&) {  // the library's only way to say that the text is not ours
        return std::nullopt;
    }
}

}  // namespace odradek::local_kafka
