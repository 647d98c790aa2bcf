#pragma once

#include "engine/local_kafka/process.h"
#include "engine/local_kafka/state.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace odradek::local_kafka {

/// Where one broker is run from.
struct NodePlace {
    std::filesystem::path folder;  ///< server.properties, log4j2.properties, broker.log, data/
    std::filesystem::path jars;    ///< unused for a container
    std::string cluster_id;
    Lifetime lifetime = Lifetime::detached;
};

/// Whether a Docker engine answers (not only whether the command is there).
[[nodiscard]] bool has_docker_engine();

/// The command line of a broker as a process: formats its folder the first time, then becomes
/// Kafka.
[[nodiscard]] std::vector<std::string> java_command(const NodePlace& place);

/// The same as a container of the pinned image on the host's network, named `container`.
[[nodiscard]] std::vector<std::string> docker_command(
    const NodePlace& place, const std::string& container
);

/// Starts the broker, or starts it again with the data that it has. `remember` is called with its
/// process before it runs; for a container the name is known before and `remember` comes first too.
[[nodiscard]] Result<void> launch(
    Node& node, const NodePlace& place, const std::function<Result<void>()>& remember
);

[[nodiscard]] bool is_running(const Node& node);

/// As SIGKILL does; returns when it is dead. Data and, for a container, the container stay.
void kill_node(const Node& node);

/// SIGSTOP and SIGCONT: a broker that is there but says nothing.
void pause_node(const Node& node);
void resume_node(const Node& node);

/// Kills it and removes a container.
void remove_node(const Node& node);

/// The last lines that a person needs to see why a broker died: no stack frames.
[[nodiscard]] std::string last_log_lines(const Node& node, const std::filesystem::path& folder);

}  // namespace odradek::local_kafka
