#pragma once

#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/state.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::local_kafka {

/// Where the cache and the clusters live unless told otherwise: ODRADEK_KAFKA_DIR; else `kafka`
/// beside the build folder of the running program (build/dev/bin/x → build/kafka, shared by all
/// presets); else for an installed program `odradek/kafka` in XDG_CACHE_HOME or ~/.cache.
[[nodiscard]] std::filesystem::path default_folder();

/// Letters, digits, '-', '_' and '.', not beginning with '.'; 40 at most.
[[nodiscard]] bool is_cluster_name(std::string_view name);

/// The names of all clusters that have a folder below `folder`, running or not, in order.
[[nodiscard]] std::vector<std::string> cluster_names(const std::filesystem::path& folder);

/// Removes every cluster whose owner is dead, except `spared`, with what still runs of it.
void remove_orphans(const std::filesystem::path& folder, std::string_view spared);

/// The files of one cluster:
///
///   FOLDER/locks/NAME.lock                      held while it is started or stopped
///   FOLDER/clusters/NAME/state.json
///   FOLDER/clusters/NAME/node-1/server.properties log4j2.properties broker.log data/
class ClusterFolder {
public:
    ClusterFolder(std::filesystem::path folder, std::string name);

    [[nodiscard]] std::filesystem::path path() const;
    [[nodiscard]] std::filesystem::path node(int node_id) const;

    /// Waits for another that starts or stops this cluster.
    [[nodiscard]] Result<FileLock> lock() const;
    /// Problem when another has it.
    [[nodiscard]] Result<FileLock> try_lock() const;

    [[nodiscard]] std::optional<ClusterState> read() const;
    [[nodiscard]] Result<void> write(const ClusterState& state) const;
    /// The settings of one broker.
    [[nodiscard]] Result<void> write_node(const ClusterState& state, const Node& node) const;

    /// Kills what runs of the cluster and removes its files. The caller has the lock.
    [[nodiscard]] Result<void> clear() const;

private:
    [[nodiscard]] std::filesystem::path lock_file() const;

    std::filesystem::path folder_;
    std::string name_;
};

}  // namespace odradek::local_kafka
