#include "engine/cli/kafka_command.h"

#include "engine/cli/command_line.h"
#include "engine/kafka/admin.h"
#include "engine/local_kafka/local_kafka.h"
#include "engine/local_kafka/node.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace odradek {

namespace {

using local_kafka::ClusterOptions;
using local_kafka::LocalKafka;
using local_kafka::Problem;
using local_kafka::Runtime;
using nlohmann::json;

struct KafkaArguments {
    std::string folder;
    std::string name = "default";
    std::string format = "text";
    int nodes = 1;
    std::optional<std::uint16_t> port;
    Runtime runtime = Runtime::automatic;
    std::vector<std::string> settings;
    bool all = false;
    std::optional<int> owner;  // a process id
    std::string topic;
    int partitions = 1;
    int replicas = -1;
    std::vector<std::string> topic_settings;

    [[nodiscard]] std::filesystem::path path() const {
        return folder.empty() ? local_kafka::default_folder() : std::filesystem::absolute(folder);
    }
};

ExitCode fail(const Problem& problem) {
    report_error(problem.what, problem.remedy);
    return ExitCode::environment;
}

ExitCode fail(const Error& error) {
    report_error(to_string(error));
    return error.code == Errc::invalid_options ? ExitCode::usage : ExitCode::environment;
}

std::map<std::string, std::string> split_settings(const std::vector<std::string>& pairs) {
    std::map<std::string, std::string> settings;
    for (const std::string& pair : pairs) {
        const std::size_t equals = pair.find('=');  // the validator has seen it
        settings[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return settings;
}

json to_json(LocalKafka& cluster) {
    json nodes = json::array();
    for (const local_kafka::Node& node : cluster.nodes()) {
        nodes.push_back({
            {"id", node.address.id},
            {"address", fmt::format("127.0.0.1:{}", node.address.port)},
            {"pid", node.process.number},
            {"container", node.container},
            {"running", local_kafka::is_running(node)},
            {"log", cluster.log_file(node.address.id)},
        });
    }
    return {{"name", cluster.name()}, {"bootstrap", cluster.bootstrap()}, {"nodes", nodes}};
}

/// Leaves a process behind that stops the cluster when `owner` has ended.
ExitCode leave_watcher(const KafkaArguments& arguments, const std::filesystem::path& log) {
    const auto spawned = local_kafka::spawn(
        {.argv =
             {"/proc/self/exe",
              "kafka",
              "stop",
              "--name",
              arguments.name,
              "--dir",
              arguments.path().string(),
              "--after",
              std::to_string(*arguments.owner)},
         .log = log},
        [](local_kafka::ProcessId) -> std::expected<void, std::string> { return {}; }
    );
    return spawned ? ExitCode::passed : fail(Problem{.what = spawned.error(), .remedy = {}});
}

ExitCode start(const KafkaArguments& arguments) {
    ClusterOptions options{
        .folder = arguments.path(),
        .name = arguments.name,
        .nodes = arguments.nodes,
        .port = arguments.port,
        .runtime = arguments.runtime,
        .lifetime = local_kafka::Lifetime::detached,
        .settings = split_settings(arguments.settings),
        .report = [](std::string_view line) { fmt::print(stderr, "odradek: {}\n", line); },
    };
    if (arguments.owner) {
        options.owner = local_kafka::identify(*arguments.owner);
        if (!options.owner) {
            report_error(fmt::format("no process {} runs", *arguments.owner));
            return ExitCode::usage;
        }
    }
    auto cluster = LocalKafka::start(options);
    if (!cluster) return fail(cluster.error());
    if (arguments.owner) {
        const ExitCode left =
            leave_watcher(arguments, cluster->log_file(1).parent_path() / "watcher.log");
        if (left != ExitCode::passed) return left;
    }
    if (arguments.format == "json") {
        fmt::print("{}\n", to_json(*cluster).dump());
        return ExitCode::passed;
    }
    if (cluster->was_running()) {
        fmt::print(stderr, "odradek: '{}' was running already\n", arguments.name);
    }
    fmt::print("bootstrap: {}\n", cluster->bootstrap());
    return ExitCode::passed;
}

ExitCode stop_after(const KafkaArguments& arguments) {
    const auto owner = local_kafka::identify(*arguments.owner);
    const auto stopped = LocalKafka::stop_after(
        owner.value_or(local_kafka::ProcessId{}), arguments.path(), arguments.name
    );
    return stopped ? ExitCode::passed : fail(stopped.error());
}

ExitCode stop(const KafkaArguments& arguments) {
    if (arguments.owner) return stop_after(arguments);
    std::vector<std::string> names{arguments.name};
    if (arguments.all) names = local_kafka::cluster_names(arguments.path());
    for (const std::string& name : names) {
        const auto stopped = LocalKafka::stop(arguments.path(), name);
        if (!stopped) return fail(stopped.error());
        fmt::print("'{}' {}\n", name, *stopped ? "is stopped" : "was not running");
    }
    return ExitCode::passed;
}

void print_cluster(LocalKafka& cluster) {
    fmt::print("{}\n  bootstrap: {}\n", cluster.name(), cluster.bootstrap());
    for (const local_kafka::Node& node : cluster.nodes()) {
        fmt::print(
            "  node {}  {}  {}  log {}\n",
            node.address.id,
            local_kafka::is_running(node) ? "running" : "DEAD   ",
            node.container.empty() ? fmt::format("pid {}", node.process.number) : node.container,
            cluster.log_file(node.address.id).string()
        );
    }
}

ExitCode status(const KafkaArguments& arguments) {
    std::vector<LocalKafka> clusters = LocalKafka::list(arguments.path());
    if (arguments.format == "json") {
        json values = json::array();
        for (LocalKafka& cluster : clusters) {
            values.push_back(to_json(cluster));
        }
        fmt::print("{}\n", json{{"clusters", values}}.dump());
    } else {
        for (LocalKafka& cluster : clusters) {
            print_cluster(cluster);
        }
        if (clusters.empty()) fmt::print("no local Kafka runs\n");
    }
    return clusters.empty() ? ExitCode::not_held : ExitCode::passed;
}

ExitCode make_topic(const KafkaArguments& arguments) {
    const auto cluster = LocalKafka::find(arguments.path(), arguments.name);
    if (!cluster) {
        return fail(Problem{
            .what = fmt::format("no local Kafka '{}' runs", arguments.name),
            .remedy = "odradek kafka start",
        });
    }
    auto admin = kafka::Admin::open(cluster->bootstrap());
    if (!admin) return fail(admin.error());
    const auto created = admin->create_topic({
        .name = arguments.topic,
        .partitions = arguments.partitions,
        .replicas = arguments.replicas,
        .settings = split_settings(arguments.topic_settings),
    });
    if (!created) return fail(created.error());
    if (!*created) {
        const auto count = admin->partition_count(arguments.topic);
        if (!count) return fail(count.error());
        if (*count != arguments.partitions) {
            report_error(
                fmt::format("topic '{}' exists with {} partitions", arguments.topic, *count),
                "take that number, or another name"
            );
            return ExitCode::usage;
        }
    }
    fmt::print(
        "topic: {} partitions: {}{}\n",
        arguments.topic,
        arguments.partitions,
        *created ? "" : " (was there already)"
    );
    return ExitCode::passed;
}

void add_common(CLI::App& app, KafkaArguments& arguments) {
    app.add_option("--name", arguments.name, "which cluster, when there are several")
        ->check([](const std::string& name) {
            return local_kafka::is_cluster_name(name)
                       ? std::string()
                       : "a name has letters, digits, '-', '_' and '.', 40 at most";
        })
        ->capture_default_str();
    app.add_option(
        "--dir",
        arguments.folder,
        "where the cache and the data are (default: ODRADEK_KAFKA_DIR, else build/kafka)"
    );
    app.add_option("--format", arguments.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
}

std::string check_setting(const std::string& pair) {
    const std::size_t equals = pair.find('=');
    return equals == std::string::npos || equals == 0 ? "expected NAME=VALUE" : std::string();
}

void add_start(CLI::App& app, KafkaArguments& arguments) {
    const std::map<std::string, Runtime> runtimes{
        {"auto", Runtime::automatic}, {"docker", Runtime::docker}, {"java", Runtime::java}};
    add_common(app, arguments);
    app.add_option("--nodes", arguments.nodes, "brokers")
        ->check(CLI::Range(1, 9))
        ->capture_default_str();
    app.add_option("--port", arguments.port, "of the first broker (default: free ones)")
        ->check(CLI::Range(1, 65'000));
    app.add_option("--runtime", arguments.runtime, "auto (Docker where there is one), docker, java")
        ->transform(CLI::CheckedTransformer(runtimes))
        ->type_name("NAME=auto");
    app.add_option("--owner", arguments.owner, "PID: stop the cluster when that process has ended")
        ->check(CLI::PositiveNumber);
    app.add_option("--set", arguments.settings, "NAME=VALUE for server.properties, repeatable")
        ->check(check_setting);
    app.footer(
        "Returns when clients are served and prints  bootstrap: 127.0.0.1:PORT\n"
        "Example: odradek kafka start --nodes 3"
    );
}

void add_topic(CLI::App& app, KafkaArguments& arguments) {
    add_common(app, arguments);
    app.add_option("NAME", arguments.topic, "the topic")->required();
    app.add_option("--partitions", arguments.partitions, "of the topic")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    app.add_option("--replicas", arguments.replicas, "default: as many as nodes, 3 at most")
        ->check(CLI::Range(1, 9));
    app.add_option("--set", arguments.topic_settings, "NAME=VALUE of the topic, repeatable")
        ->check(check_setting);
    app.footer("Example: odradek kafka topic orders --partitions 12");
}

}  // namespace

ExitCode run_kafka_command(std::span<const std::string> arguments) {
    KafkaArguments values;
    CLI::App app("a local Kafka for tests and benchmarks", "odradek kafka");
    app.require_subcommand(1);
    app.footer("Example: odradek kafka start && odradek kafka topic orders --partitions 12");
    CLI::App* start_app = app.add_subcommand("start", "start brokers, or find them running");
    CLI::App* stop_app = app.add_subcommand("stop", "kill them; their topics are gone");
    CLI::App* status_app = app.add_subcommand("status", "what runs (exit code 1: nothing)");
    CLI::App* topic_app = app.add_subcommand("topic", "make a topic");
    add_start(*start_app, values);
    add_common(*stop_app, values);
    stop_app->add_flag("--all", values.all, "every cluster below the folder");
    stop_app->add_option("--after", values.owner, "PID: first wait until that process has ended")
        ->check(CLI::PositiveNumber);
    stop_app->footer("Example: odradek kafka stop --all");
    add_common(*status_app, values);
    status_app->footer("Example: odradek kafka status --format json");
    add_topic(*topic_app, values);
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    if (start_app->parsed()) return start(values);
    if (stop_app->parsed()) return stop(values);
    if (status_app->parsed()) return status(values);
    return make_topic(values);
}

}  // namespace odradek
