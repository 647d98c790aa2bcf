#include "engine/local_kafka/server_properties.h"

#include "odradek/contract.h"

#include <algorithm>

#include <fmt/core.h>

namespace odradek::local_kafka {

std::string server_properties(const ServerSettings& settings, int id) {
    const auto node = std::ranges::find(settings.nodes, id, &NodeAddress::id);
    expects(node != settings.nodes.end());
    const int replicas = std::min(3, static_cast<int>(settings.nodes.size()));
    const int in_sync = replicas == 3 ? 2 : 1;
    std::string voters;
    for (const NodeAddress& voter : settings.nodes) {
        voters += fmt::format(
            "{}{}@127.0.0.1:{}", voters.empty() ? "" : ",", voter.id, voter.controller_port
        );
    }
    std::map<std::string, std::string> lines{
        {"process.roles", "broker,controller"},
        {"node.id", std::to_string(id)},
        {"controller.quorum.voters", voters},
        {"listeners",
         fmt::format(
             "PLAINTEXT://127.0.0.1:{},CONTROLLER://127.0.0.1:{}", node->port, node->controller_port
         )},
        {"advertised.listeners", fmt::format("PLAINTEXT://127.0.0.1:{}", node->port)},
        {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"},
        {"controller.listener.names", "CONTROLLER"},
        {"inter.broker.listener.name", "PLAINTEXT"},
        {"log.dirs", settings.data.string()},
        {"auto.create.topics.enable", "false"},
        {"default.replication.factor", std::to_string(replicas)},
        {"min.insync.replicas", std::to_string(in_sync)},
        {"offsets.topic.num.partitions", "4"},
        {"offsets.topic.replication.factor", std::to_string(replicas)},
        {"transaction.state.log.num.partitions", "4"},
        {"transaction.state.log.replication.factor", std::to_string(replicas)},
        {"transaction.state.log.min.isr", std::to_string(in_sync)},
        {"share.coordinator.state.topic.num.partitions", "2"},
        {"share.coordinator.state.topic.replication.factor", std::to_string(replicas)},
        {"share.coordinator.state.topic.min.isr", std::to_string(in_sync)},
        {"broker.session.timeout.ms", "4000"},
        {"broker.heartbeat.interval.ms", "1000"},
        {"group.initial.rebalance.delay.ms", "0"},
        {"group.min.session.timeout.ms", "1000"},
    };
    for (const auto& [name, value] : settings.extra) {
        lines[name] = value;
    }
    std::string text;
    for (const auto& [name, value] : lines) {
        text += fmt::format("{}={}\n", name, value);
    }
    return text;
}

std::string log_properties() {
    return "appender.out.type=Console\n"
           "appender.out.name=out\n"
           "appender.out.layout.type=PatternLayout\n"
           "appender.out.layout.pattern=%d{ISO8601} %p %m (%c{1})%n\n"
           "rootLogger.level=INFO\n"
           "rootLogger.appenderRef.out.ref=out\n";
}

}  // namespace odradek::local_kafka
