#pragma once

#include "engine/local_kafka/cluster_folder.h"
#include "engine/local_kafka/jar_cache.h"
#include "engine/local_kafka/state.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace odradek::local_kafka {

enum class Runtime { automatic, docker, java };

struct ClusterOptions {
    std::filesystem::path folder = default_folder();
    std::string name = "default";  ///< letters, digits, '-', '_', '.'; one cluster has one name
    int nodes = 1;                 ///< 1 … 9 brokers, each also a controller of one KRaft quorum
    std::optional<std::uint16_t>
        port;  ///< of the first broker, the next ones follow; else free ones
    Runtime runtime = Runtime::automatic;  ///< Docker where an engine answers, else Java
    Lifetime lifetime = Lifetime::detached;
    /// Whose end is the cluster's; for with_starter the starter. The kernel kills the brokers of
    /// with_starter; for another owner somebody has to call stop_after.
    std::optional<ProcessId> owner = {};
    std::map<std::string, std::string> settings = {};  ///< added to every server.properties
    Report report = {};
};

/// A Kafka of one or several brokers on this machine. A handle: it does not stop them (see
/// OwnedKafka).
///
/// Several handles of one cluster, in one or several processes, agree through its state file.
class LocalKafka {
public:
    /// Returns when clients are served: all brokers are registered and a group has its coordinator.
    ///
    /// The cluster of this name that runs already is taken, its dead brokers are started again
    /// (`was_running()`); what a crash left behind is removed. Problem: see the messages.
    [[nodiscard]] static Result<LocalKafka> start(const ClusterOptions& options);

    /// The cluster of this name when at least one broker runs.
    [[nodiscard]] static std::optional<LocalKafka> find(
        const std::filesystem::path& folder, const std::string& name
    );

    /// All clusters below `folder` that run.
    [[nodiscard]] static std::vector<LocalKafka> list(const std::filesystem::path& folder);

    /// Kills every broker of the cluster and removes its data. False: there was none.
    static Result<bool> stop(const std::filesystem::path& folder, const std::string& name);

    /// Waits until `owner` has ended, then stops the cluster that runs now under this name, and no
    /// later one. Returns early when that cluster has ended before.
    static Result<void> stop_after(
        const ProcessId& owner, const std::filesystem::path& folder, const std::string& name
    );

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool was_running() const { return was_running_; }
    [[nodiscard]] const std::vector<Node>& nodes() const { return state_.nodes; }
    /// "127.0.0.1:PORT[,127.0.0.1:PORT…]"
    [[nodiscard]] std::string bootstrap() const;
    [[nodiscard]] std::filesystem::path log_file(int node_id) const;

    [[nodiscard]] bool is_node_running(int node_id);
    /// SIGKILL; its ports and data stay for restart_node.
    void kill_node(int node_id);
    /// Returns when the broker is registered again. Problem: it died again.
    [[nodiscard]] Result<void> restart_node(int node_id);
    /// SIGSTOP: connections stay open and nobody answers.
    void pause_node(int node_id);
    void resume_node(int node_id);

private:
    LocalKafka(std::filesystem::path folder, std::string name, ClusterState state);

    [[nodiscard]] static Result<LocalKafka> start_fresh(const ClusterOptions& options);
    [[nodiscard]] static Result<LocalKafka> rejoin(
        LocalKafka cluster, const ClusterOptions& options
    );
    [[nodiscard]] Result<void> launch_node(Node& node, Lifetime lifetime);
    [[nodiscard]] Result<void> wait_until(const std::vector<Node>& nodes, bool with_groups) const;
    void refresh();
    [[nodiscard]] Node& node(int node_id);

    std::filesystem::path folder_;
    std::string name_;
    ClusterState state_;
    bool was_running_ = false;
};

/// A cluster that ends with its owner: destroyed, exited, or killed (then by the kernel; a
/// container is removed by the next start).
class OwnedKafka {
public:
    [[nodiscard]] static Result<OwnedKafka> start(ClusterOptions options);

    OwnedKafka(OwnedKafka&& other) noexcept;
    OwnedKafka& operator=(OwnedKafka&&) = delete;
    OwnedKafka(const OwnedKafka&) = delete;
    OwnedKafka& operator=(const OwnedKafka&) = delete;
    ~OwnedKafka();

    LocalKafka* operator->() { return &*cluster_; }

private:
    OwnedKafka(LocalKafka cluster, std::filesystem::path folder);

    std::optional<LocalKafka> cluster_;
    std::filesystem::path folder_;
};

}  // namespace odradek::local_kafka
