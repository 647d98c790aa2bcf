#include "engine/local_kafka/local_kafka.h"

#include "odradek/contract.h"

#include "engine/local_kafka/cluster_folder.h"
#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/node.h"
#include "engine/local_kafka/ports.h"
#include "engine/local_kafka/probe.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr auto start_limit = seconds(120);
constexpr auto watch_interval = seconds(10);
constexpr auto look_again_after = milliseconds(30);
constexpr std::uintmax_t data_bytes = 200U << 20U;
constexpr int nodes_max = 9;
constexpr int port_tries = 3;

/// 22 characters of base64, as Kafka writes 16 bytes; the last holds two bits.
std::string make_cluster_id() {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device chance;
    std::string id;
    for (int i = 0; i < 21; ++i) {
        id.push_back(letters[chance() % letters.size()]);
    }
    return id + "A";
}

Result<std::vector<NodeAddress>> choose_addresses(const ClusterOptions& options) {
    const auto count = static_cast<std::size_t>(options.nodes);
    auto free = find_free_ports(2 * count, std::random_device{}());
    if (!free) return std::unexpected(free.error());
    std::vector<NodeAddress> addresses;
    for (std::size_t i = 0; i < count; ++i) {
        NodeAddress address{
            .id = static_cast<int>(i) + 1,
            .port = (*free)[i],
            .controller_port = (*free)[count + i],
        };
        if (options.port) address.port = static_cast<std::uint16_t>(*options.port + i);
        if (options.port && !is_port_free(address.port)) {
            return std::unexpected(Problem{
                .what = fmt::format("port {} of 127.0.0.1 is in use", address.port),
                .remedy = "name another with --port, or leave it out: a free one is taken",
            });
        }
        addresses.push_back(address);
    }
    return addresses;
}

Result<ClusterState> plan(const ClusterOptions& options) {
    const bool in_docker = options.runtime == Runtime::docker ||
                           (options.runtime == Runtime::automatic && has_docker_engine());
    if (in_docker && !has_docker_engine()) {
        return std::unexpected(Problem{
            .what = "no Docker engine answers",
            .remedy = "start it, or use --runtime java",
        });
    }
    auto addresses = choose_addresses(options);
    if (!addresses) return std::unexpected(addresses.error());
    ClusterState state{
        .is_ready = false,
        .boot = boot_id(),
        .cluster_id = make_cluster_id(),
        .owner = options.owner,
        .nodes = {},
        .extra = options.settings,
    };
    if (options.lifetime == Lifetime::with_starter) state.owner = identify(getpid());
    for (const NodeAddress& address : *addresses) {
        Node node{.address = address, .process = {}, .container = {}};
        if (in_docker) {
            node.container = fmt::format(
                "odradek-kafka-{}-{}-{}", options.name, state.cluster_id.substr(0, 8), address.id
            );
        }
        state.nodes.push_back(node);
    }
    return state;
}

Result<void> check(const ClusterOptions& options) {
    const bool ports_fit = !options.port || *options.port + options.nodes <= 65'536;
    if (is_cluster_name(options.name) && options.nodes >= 1 && options.nodes <= nodes_max &&
        ports_fit) {
        return {};
    }
    return std::unexpected(Problem{
        .what = "a cluster has a plain name, 1 to 9 nodes, and ports below 65536",
        .remedy = {},
    });
}

}  // namespace

LocalKafka::LocalKafka(fs::path folder, std::string name, ClusterState state)
    : folder_(std::move(folder))
    , name_(std::move(name))
    , state_(std::move(state)) {}

Result<LocalKafka> LocalKafka::start(const ClusterOptions& options) {
    if (auto checked = check(options); !checked) return std::unexpected(checked.error());
    const ClusterFolder place(options.folder, options.name);
    const auto lock = place.lock();
    if (!lock) return std::unexpected(lock.error());
    remove_orphans(options.folder, options.name);
    if (auto state = place.read(); state && std::ranges::any_of(state->nodes, is_running)) {
        if (state->is_ready) {
            return rejoin(LocalKafka(options.folder, options.name, *std::move(state)), options);
        }
        if (options.report) options.report("an earlier start was broken off; starting anew");
    }
    for (int tries = 1;; ++tries) {
        if (auto cleared = place.clear(); !cleared) return std::unexpected(cleared.error());
        auto started = start_fresh(options);
        const bool lost_a_port =
            !started && started.error().what.contains("Address already in use");
        if (!lost_a_port || options.port || tries == port_tries) return started;
    }
}

Result<LocalKafka> LocalKafka::start_fresh(const ClusterOptions& options) {
    auto state = plan(options);
    if (!state) return std::unexpected(state.error());
    LocalKafka cluster(options.folder, options.name, *std::move(state));
    const ClusterFolder place(options.folder, options.name);
    if (cluster.state_.nodes.front().container.empty()) {
        if (auto java = require_java(); !java) return std::unexpected(java.error());
        if (auto jars = ensure_jars(options.folder, options.report); !jars) {
            return std::unexpected(jars.error());
        }
    }
    if (auto space = require_space(options.folder, data_bytes); !space) {
        return std::unexpected(space.error());
    }
    for (Node& node : cluster.state_.nodes) {
        Result<void> done = place.write_node(cluster.state_, node);
        if (done) done = cluster.launch_node(node, options.lifetime);
        if (!done) {
            std::ranges::for_each(cluster.state_.nodes, remove_node);
            return std::unexpected(done.error());
        }
    }
    Result<void> served = cluster.wait_until(cluster.state_.nodes, true);
    if (served) {
        cluster.state_.is_ready = true;
        served = place.write(cluster.state_);
    }
    if (!served) {
        std::ranges::for_each(cluster.state_.nodes, remove_node);
        return std::unexpected(served.error());
    }
    return cluster;
}

Result<LocalKafka> LocalKafka::rejoin(LocalKafka cluster, const ClusterOptions& options) {
    const bool same_ports =
        !options.port || *options.port == cluster.state_.nodes.front().address.port;
    if (cluster.state_.nodes.size() != static_cast<std::size_t>(options.nodes) || !same_ports) {
        return std::unexpected(Problem{
            .what = fmt::format(
                "'{}' runs already, with {} node(s) at {}",
                options.name,
                cluster.state_.nodes.size(),
                cluster.bootstrap()
            ),
            .remedy = "stop it first, or give the new one another --name",
        });
    }
    for (Node& node : cluster.state_.nodes) {
        if (is_running(node)) continue;
        if (options.report) options.report(fmt::format("node {} was dead", node.address.id));
        if (auto done = cluster.launch_node(node, options.lifetime); !done) {
            return std::unexpected(done.error());
        }
    }
    if (auto served = cluster.wait_until(cluster.state_.nodes, true); !served) {
        return std::unexpected(served.error());
    }
    cluster.was_running_ = true;
    return cluster;
}

std::optional<LocalKafka> LocalKafka::find(const fs::path& folder, const std::string& name) {
    auto state = ClusterFolder(folder, name).read();
    if (!state || std::ranges::none_of(state->nodes, is_running)) return std::nullopt;
    LocalKafka cluster(folder, name, *std::move(state));
    cluster.was_running_ = true;
    return cluster;
}

std::vector<LocalKafka> LocalKafka::list(const fs::path& folder) {
    std::vector<LocalKafka> clusters;
    for (const std::string& name : cluster_names(folder)) {
        if (auto cluster = find(folder, name)) clusters.push_back(*std::move(cluster));
    }
    return clusters;
}

Result<bool> LocalKafka::stop(const fs::path& folder, const std::string& name) {
    const ClusterFolder place(folder, name);
    if (!is_cluster_name(name) || !fs::exists(place.path())) return false;
    const auto lock = place.lock();
    if (!lock) return std::unexpected(lock.error());
    const auto state = place.read();
    const bool ran = state && std::ranges::any_of(state->nodes, is_running);
    if (auto cleared = place.clear(); !cleared) return std::unexpected(cleared.error());
    lock->remove_file();
    return ran;
}

Result<void> LocalKafka::stop_after(
    const ProcessId& owner, const fs::path& folder, const std::string& name
) {
    const auto watched = find(folder, name);
    if (!watched) return {};
    while (!wait_until_gone(owner, watch_interval)) {
        const auto now = ClusterFolder(folder, name).read();
        if (!now || now->cluster_id != watched->state_.cluster_id) return {};
    }
    const auto now = ClusterFolder(folder, name).read();
    if (!now || now->cluster_id != watched->state_.cluster_id) return {};
    if (auto stopped = stop(folder, name); !stopped) return std::unexpected(stopped.error());
    return {};
}

std::string LocalKafka::bootstrap() const {
    std::string text;
    for (const Node& node : state_.nodes) {
        text += fmt::format("{}127.0.0.1:{}", text.empty() ? "" : ",", node.address.port);
    }
    return text;
}

fs::path LocalKafka::log_file(int node_id) const {
    return ClusterFolder(folder_, name_).node(node_id) / "broker.log";
}

void LocalKafka::refresh() {
    if (auto state = ClusterFolder(folder_, name_).read()) state_ = *std::move(state);
}

Node& LocalKafka::node(int node_id) {
    refresh();
    const auto found =
        std::ranges::find(state_.nodes, node_id, [](const Node& node) { return node.address.id; });
    expects(found != state_.nodes.end());
    return *found;
}

bool LocalKafka::is_node_running(int node_id) {
    return is_running(node(node_id));
}

void LocalKafka::kill_node(int node_id) {
    local_kafka::kill_node(node(node_id));
}

void LocalKafka::pause_node(int node_id) {
    local_kafka::pause_node(node(node_id));
}

void LocalKafka::resume_node(int node_id) {
    local_kafka::resume_node(node(node_id));
}

Result<void> LocalKafka::restart_node(int node_id) {
    Node& restarted = node(node_id);
    if (is_running(restarted)) return {};
    // Only a starter that owns it can lend its end to the broker: the kernel knows no other.
    const Lifetime lifetime = state_.owner && state_.owner == identify(getpid())
                                  ? Lifetime::with_starter
                                  : Lifetime::detached;
    if (auto launched = launch_node(restarted, lifetime); !launched) return launched;
    return wait_until({restarted}, false);
}

Result<void> LocalKafka::launch_node(Node& node, Lifetime lifetime) {
    const ClusterFolder place(folder_, name_);
    const NodePlace node_place{
        .folder = place.node(node.address.id),
        .jars = jars_folder(folder_),
        .cluster_id = state_.cluster_id,
        .lifetime = lifetime,
    };
    return launch(node, node_place, [&] { return place.write(state_); });
}

Result<void> LocalKafka::wait_until(const std::vector<Node>& nodes, bool with_groups) const {
    const ClusterFolder place(folder_, name_);
    std::vector<int> ids;
    for (const Node& node : nodes) {
        ids.push_back(node.address.id);
    }
    const auto deadline = steady_clock::now() + start_limit;
    while (steady_clock::now() < deadline) {
        for (const Node& node : nodes) {
            if (is_running(node)) continue;
            const fs::path log = place.node(node.address.id);
            return std::unexpected(Problem{
                .what = fmt::format(
                    "broker {} ended while it started; its last lines:\n    {}",
                    node.address.id,
                    last_log_lines(node, log)
                ),
                .remedy = fmt::format("all it said: {}", (log / "broker.log").string()),
            });
        }
        const bool is_served = std::ranges::all_of(nodes, [&](const Node& node) {
            return knows_nodes(node.address.port, ids) &&
                   (!with_groups || serves_groups(node.address.port));
        });
        if (is_served) return {};
        std::this_thread::sleep_for(look_again_after);
    }
    return std::unexpected(Problem{
        .what = fmt::format("Kafka did not serve clients within {} s", start_limit.count()),
        .remedy = fmt::format("see {}", (place.node(1) / "broker.log").string()),
    });
}

Result<OwnedKafka> OwnedKafka::start(ClusterOptions options) {
    options.lifetime = Lifetime::with_starter;
    auto cluster = LocalKafka::start(options);
    if (!cluster) return std::unexpected(cluster.error());
    return OwnedKafka(*std::move(cluster), options.folder);
}

OwnedKafka::OwnedKafka(LocalKafka cluster, fs::path folder)
    : cluster_(std::move(cluster))
    , folder_(std::move(folder)) {}

OwnedKafka::OwnedKafka(OwnedKafka&& other) noexcept
    : cluster_(std::exchange(other.cluster_, std::nullopt))
    , folder_(std::move(other.folder_)) {}

OwnedKafka::~OwnedKafka() {
    // Nobody can be told; what could not be removed is an orphan that the next start removes.
    if (cluster_) static_cast<void>(LocalKafka::stop(folder_, cluster_->name()));
}

}  // namespace odradek::local_kafka
