#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace odradek::local_kafka {

/// One broker's place in the cluster.
struct NodeAddress {
    int id = 1;                         ///< 1, 2, …
    std::uint16_t port = 0;             ///< for clients and the other brokers
    std::uint16_t controller_port = 0;  ///< for the KRaft quorum
};

/// What the file server.properties of one broker is made of.
struct ServerSettings {
    std::vector<NodeAddress> nodes;            ///< the whole cluster: each is broker and controller
    std::filesystem::path data;                ///< this broker's log.dirs
    std::map<std::string, std::string> extra;  ///< settings that win over ours
};

/// The text of server.properties for node `id`, which must be one of `settings.nodes`.
///
/// Internal topics have few partitions (a broker starts faster) and as many replicas as there are
/// nodes, three at most; a new topic's default is the same. Groups form without the usual
/// delay, and a broker that says nothing counts as dead after 4 s (Kafka's default is 9 s), which
/// is also how long a killed one waits before it is let in again.
[[nodiscard]] std::string server_properties(const ServerSettings& settings, int id);

/// The text of log4j2.properties: all to standard output, which is the broker's log file.
[[nodiscard]] std::string log_properties();

}  // namespace odradek::local_kafka
