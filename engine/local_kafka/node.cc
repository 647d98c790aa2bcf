#include "engine/local_kafka/node.h"

#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/jar_list.h"

#include <chrono>
#include <csignal>
#include <deque>
#include <sstream>

#include <fmt/format.h>

namespace odradek::local_kafka {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto docker_limit = seconds(30);
constexpr auto death_limit = seconds(30);
constexpr std::size_t shown_lines = 6;

// $1 data folder, $2 cluster id, $3 settings, $4 jars, $5 log settings. `exec` keeps the process
// id.
constexpr const char* java_script =
    "set -e\n"
    "test -f \"$1/meta.properties\" || java -XX:TieredStopAtLevel=1 -cp \"$4/*\""
    " kafka.tools.StorageTool format -t \"$2\" -c \"$3\"\n"
    "exec java -Xms256m -Xmx1g -Djava.awt.headless=true \"-Dlog4j2.configurationFile=$5\""
    " -cp \"$4/*\" kafka.Kafka \"$3\"\n";

// The scripts are those of the apache/kafka image. $1 to $3 as above.
constexpr const char* docker_script =
    "set -e\n"
    "test -f \"$1/meta.properties\" ||"
    " /opt/kafka/bin/kafka-storage.sh format -t \"$2\" -c \"$3\"\n"
    "exec /opt/kafka/bin/kafka-server-start.sh \"$3\"\n";

Finished docker(std::vector<std::string> words, std::chrono::milliseconds limit = docker_limit) {
    words.insert(words.begin(), "docker");
    return run_to_end(words, limit);
}

Result<void> launch_container(const Node& node, const NodePlace& place) {
    const bool exists = docker({"container", "inspect", node.container}).exit_code == 0;
    const Finished started = exists
                                 ? docker({"start", node.container})
                                 // The first time the image comes from its registry.
                                 : run_to_end(docker_command(place, node.container), minutes(10));
    if (started.exit_code == 0) return {};
    return std::unexpected(Problem{
        .what = "Docker could not start a broker: " + started.output.substr(0, 600),
        .remedy = "or start it without Docker: --runtime java",
    });
}

}  // namespace

bool has_docker_engine() {
    return find_program("docker").has_value() &&
           docker({"info", "--format", "{{.ServerVersion}}"}, seconds(10)).exit_code == 0;
}

std::vector<std::string> java_command(const NodePlace& place) {
    return {
        "sh",
        "-c",
        java_script,
        "odradek-kafka",
        place.folder / "data",
        place.cluster_id,
        place.folder / "server.properties",
        place.jars,
        place.folder / "log4j2.properties",
    };
}

std::vector<std::string> docker_command(const NodePlace& place, const std::string& container) {
    return {
        "docker",
        "run",
        "--detach",
        "--network",
        "host",
        "--name",
        container,
        "--volume",
        place.folder.string() + ":/odradek:ro",
        fmt::format("apache/kafka:{}", kafka_version),
        "sh",
        "-c",
        docker_script,
        "odradek-kafka",
        "/tmp/odradek-data",
        place.cluster_id,
        "/odradek/server.properties",
    };
}

Result<void> launch(
    Node& node, const NodePlace& place, const std::function<Result<void>()>& remember
) {
    if (!node.container.empty()) {
        if (auto remembered = remember(); !remembered) return remembered;
        return launch_container(node, place);
    }
    Result<void> remembered;
    const auto spawned = spawn(
        {.argv = java_command(place),
         .log = place.folder / "broker.log",
         .lifetime = place.lifetime},
        [&](ProcessId process) -> std::expected<void, std::string> {
            node.process = process;
            remembered = remember();
            if (!remembered) return std::unexpected(remembered.error().what);
            return {};
        }
    );
    if (!remembered) return remembered;
    if (!spawned) return std::unexpected(Problem{.what = spawned.error(), .remedy = {}});
    return {};
}

bool is_running(const Node& node) {
    if (node.container.empty()) return is_alive(node.process);
    return docker({"inspect", "--format", "{{.State.Running}}", node.container}).output == "true\n";
}

void kill_node(const Node& node) {
    if (node.container.empty()) {
        kill_and_wait(node.process, death_limit);
    } else {
        docker({"kill", node.container});
    }
}

void pause_node(const Node& node) {
    if (node.container.empty()) {
        send_signal(node.process, SIGSTOP);
    } else {
        docker({"pause", node.container});
    }
}

void resume_node(const Node& node) {
    if (node.container.empty()) {
        send_signal(node.process, SIGCONT);
    } else {
        docker({"unpause", node.container});
    }
}

void remove_node(const Node& node) {
    if (node.container.empty()) {
        kill_node(node);
    } else {
        docker({"rm", "--force", "--volumes", node.container});
    }
}

std::string last_log_lines(const Node& node, const std::filesystem::path& folder) {
    const std::string log = node.container.empty()
                                ? read_file(folder / "broker.log")
                                : docker({"logs", "--tail", "200", node.container}).output;
    std::deque<std::string> kept;
    std::istringstream lines(log);
    std::string line;
    while (std::getline(lines, line)) {
        if (line.empty() || line[0] == '\t' || line[0] == ' ') continue;
        kept.push_back(line.substr(0, 300));
        if (kept.size() > shown_lines) kept.pop_front();
    }
    std::string text;
    for (const std::string& each : kept) {
        text += (text.empty() ? "" : "\n    ") + each;
    }
    return text;
}

}  // namespace odradek::local_kafka
