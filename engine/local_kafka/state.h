#pragma once

#include "engine/local_kafka/problem.h"
#include "engine/local_kafka/process.h"
#include "engine/local_kafka/server_properties.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace odradek::local_kafka {

/// One broker as it was started: a process, or a container when that has a name.
struct Node {
    NodeAddress address;
    ProcessId process;
    std::string container;
};

/// What is known of one cluster, kept in a file beside its data so that any later call, also after
/// a crash of the starter, can find and stop every process.
struct ClusterState {
    bool is_ready = false;  ///< clients were served; otherwise the starter did not come to its end
    std::string boot;       ///< boot_id() at the start
    std::string cluster_id;
    std::optional<ProcessId> owner;  ///< the cluster is to end with this process
    std::vector<Node> nodes;
    std::map<std::string, std::string> extra;
};

[[nodiscard]] Result<void> write_state(
    const std::filesystem::path& file, const ClusterState& state
);

/// Empty when there is no such file or it is not one of ours. Of another boot, its processes are
/// gone: the nodes come without them.
[[nodiscard]] std::optional<ClusterState> read_state(const std::filesystem::path& file);

}  // namespace odradek::local_kafka
