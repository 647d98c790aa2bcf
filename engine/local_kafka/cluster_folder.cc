#include "engine/local_kafka/cluster_folder.h"

#include "engine/local_kafka/node.h"
#include "engine/local_kafka/server_properties.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t name_chars_max = 40;

fs::path from_environment(const char* variable) {
    const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets any
    return value == nullptr ? fs::path() : fs::path(value);
}

}  // namespace

fs::path default_folder() {
    if (const fs::path named = from_environment("ODRADEK_KAFKA_DIR"); !named.empty()) {
        return fs::absolute(named);
    }
    std::error_code error;
    const fs::path build = fs::read_symlink("/proc/self/exe", error).parent_path().parent_path();
    if (fs::exists(build / "CMakeCache.txt", error)) return build.parent_path() / "kafka";
    if (const fs::path cache = from_environment("XDG_CACHE_HOME"); !cache.empty()) {
        return cache / "odradek/kafka";
    }
    return from_environment("HOME") / ".cache/odradek/kafka";
}

bool is_cluster_name(std::string_view name) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return !name.empty() && name.size() <= name_chars_max && name[0] != '.' &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

std::vector<std::string> cluster_names(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "clusters", error)) {
        names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
}

void remove_orphans(const fs::path& folder, std::string_view spared) {
    for (const std::string& name : cluster_names(folder)) {
        const ClusterFolder place(folder, name);
        if (name == spared) continue;
        const auto lock = place.try_lock();
        if (!lock) continue;
        const auto state = place.read();
        if (!state || !state->owner || is_alive(*state->owner)) continue;
        // What cannot be removed now is left for the next start.
        if (place.clear()) lock->remove_file();
    }
}

ClusterFolder::ClusterFolder(fs::path folder, std::string name)
    : folder_(std::move(folder))
    , name_(std::move(name)) {}

fs::path ClusterFolder::path() const {
    return folder_ / "clusters" / name_;
}

fs::path ClusterFolder::node(int node_id) const {
    return path() / fmt::format("node-{}", node_id);
}

fs::path ClusterFolder::lock_file() const {
    return folder_ / "locks" / (name_ + ".lock");
}

Result<FileLock> ClusterFolder::lock() const {
    if (auto made = make_folder(folder_ / "locks"); !made) return std::unexpected(made.error());
    return FileLock::take(lock_file());
}

Result<FileLock> ClusterFolder::try_lock() const {
    if (auto made = make_folder(folder_ / "locks"); !made) return std::unexpected(made.error());
    return FileLock::try_take(lock_file());
}

std::optional<ClusterState> ClusterFolder::read() const {
    return read_state(path() / "state.json");
}

Result<void> ClusterFolder::write(const ClusterState& state) const {
    return write_state(path() / "state.json", state);
}

Result<void> ClusterFolder::write_node(const ClusterState& state, const Node& node) const {
    const fs::path folder = this->node(node.address.id);
    if (auto made = make_folder(folder); !made) return made;
    ServerSettings settings{
        .nodes = {},
        .data = node.container.empty() ? folder / "data" : fs::path("/tmp/odradek-data"),
        .extra = state.extra,
    };
    for (const Node& each : state.nodes) {
        settings.nodes.push_back(each.address);
    }
    const std::string text = server_properties(settings, node.address.id);
    if (auto written = write_file(folder / "server.properties", text); !written) return written;
    return write_file(folder / "log4j2.properties", log_properties());
}

Result<void> ClusterFolder::clear() const {
    if (const auto state = read()) std::ranges::for_each(state->nodes, remove_node);
    return remove_folder(path());
}

}  // namespace odradek::local_kafka
