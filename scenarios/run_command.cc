#include "scenarios/catalog.h"
#include "scenarios/commands.h"
#include "scenarios/kept_kafka.h"
#include "scenarios/page.h"
#include "scenarios/real_kafka.h"
#include "scenarios/run.h"
#include "scenarios/story.h"
#include "scenarios/swarm.h"
#include "scenarios/trace_file.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

using Json = nlohmann::json;

struct RunArguments {
    std::vector<std::string> scenarios;
    std::uint64_t seed = 1;
    std::string format = "text";
    std::string out;
    std::size_t lines = 40;
    std::string brokers;
    bool local_kafka = false;
    int nodes = 3;
};

Json to_json(const RunReport& report, const Scenario& scenario) {
    Json violations = Json::array();
    for (const sim::Violation& violation : report.verdict.violations) {
        violations.push_back(
            {{"guarantee", violation.guarantee},
             {"what", violation.what},
             {"proof", violation.proof}}
        );
    }
    return {
        {"name", full_name(scenario)},
        {"seed", report.seed},
        {"verdict", name_of(report.verdict.kind)},
        {"why", report.verdict.why},
        {"violations", violations},
        {"records", report.records},
        {"handled", report.handled},
        {"replayed", report.replayed},
        {"virtual_s", std::chrono::duration<double>(report.lasted).count()},
        {"trace_sha256", report.trace_sha256},
        {"as_expected", is_as_expected(report.verdict, scenario.expect)},
    };
}

void print(const RunReport& report, const Scenario& scenario, const RunArguments& arguments) {
    fmt::print("{}", summary(report, scenario));
    fmt::print("{}", timeline(report.trace, scenario, arguments.lines));
    fmt::print("{}", violations_text(report, scenario));
    fmt::print("trace sha256: {}\n", report.trace_sha256);
}

ExitCode worse(ExitCode one, ExitCode other) {
    return static_cast<ExitCode>(std::max(static_cast<int>(one), static_cast<int>(other)));
}

ExitCode code_of(const RunReport& report, const Scenario& scenario) {
    if (report.verdict.kind == Verdict::Kind::contract) return ExitCode::contract;
    return is_as_expected(report.verdict, scenario.expect) ? ExitCode::passed : ExitCode::not_held;
}

bool keep_files(const RunReport& report, const Scenario& scenario, const RunArguments& arguments) {
    const std::filesystem::path path = std::filesystem::path(arguments.out) /
                                       fmt::format("{}-{}.trace.jsonl", scenario.name, report.seed);
    if (!write_file(path, "") || !write_trace_file(path, report.trace)) {
        report_error(fmt::format("cannot write {} completely", path.string()));
        return false;
    }
    const Scenario told = scenario.swarm ? swarm_variant(scenario, report.seed) : scenario;
    std::filesystem::path page = std::filesystem::path(arguments.out) /
                                 fmt::format("{}-{}.html", scenario.name, report.seed);
    // A run on a real cluster has no second one that is the same.
    const bool is_real = arguments.local_kafka || !arguments.brokers.empty();
    const std::string again = is_real ? "" : replay_command(full_name(scenario), report.seed);
    if (!write_file(page, run_page({told, report, again, {}}))) return false;
    if (arguments.format == "text") {
        fmt::print("trace: {}\nreport: {}\n", path.string(), page.string());
    }
    return true;
}

ExitCode report_failure(const Error& error, const std::string& brokers) {
    if (error.code == Errc::broker_unreachable) {
        report_error(
            fmt::format("no broker answered at {} in time ({})", brokers, error.what),
            "is it running there? odradek kafka start makes one on this machine"
        );
        return ExitCode::environment;
    }
    report_error(to_string(error));
    return error.code == Errc::invalid_options ? ExitCode::usage : ExitCode::environment;
}

/// Where the scenarios run: a cluster of ours, one that is there, or the simulator.
class World {
public:
    std::optional<ExitCode> open(const RunArguments& arguments) {
        out_ = arguments.out;
        world_.brokers = arguments.brokers;
        if (!arguments.local_kafka) return std::nullopt;
        auto kafka = KeptKafka::start(arguments.nodes, [](std::string_view line) {
            if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "{}\n", line);
        });
        if (!kafka) {
            report_error(kafka.error().what, kafka.error().remedy);
            return ExitCode::environment;
        }
        kafka_ = std::move(*kafka);
        world_.kafka = kafka_.get();
        world_.brokers = kafka_->bootstrap();
        return std::nullopt;
    }

    std::expected<RunReport, ExitCode> run(const Scenario& scenario, const RunRequest& request) {
        if (world_.brokers.empty()) return run_simulated(scenario, request);
        if (!out_.empty()) {
            world_.folder = std::filesystem::path(out_) /
                            fmt::format("{}-{}-members", scenario.name, request.seed);
        }
        const Scenario drawn = scenario.swarm ? swarm_variant(scenario, request.seed) : scenario;
        auto ran = run_on_kafka(drawn, request, world_);
        if (ran) return std::move(*ran);
        return std::unexpected(report_failure(ran.error(), world_.brokers));
    }

private:
    std::string out_;
    std::unique_ptr<KeptKafka> kafka_;
    RealWorld world_;
};

void add_options(CLI::App& app, RunArguments& values) {
    app.add_option("SCENARIO", values.scenarios, "file, name, group or set of the catalogue")
        ->required();
    add_seed(app, "--seed", values.seed, "of all that is random (default 1)");
    add_format(app, values.format);
    app.add_option("-o,--out", values.out, "folder for the trace and the page of each run");
    app.add_option("--lines", values.lines, "most lines of the timeline")->capture_default_str();
    CLI::Option* brokers = app.add_option(
        "--brokers", values.brokers, "run on this cluster, host:port, instead of the simulator"
    );
    CLI::Option* local = app.add_flag(
        "--local-kafka", values.local_kafka, "start a Kafka for it, whose brokers may be killed"
    );
    local->excludes(brokers);
    app.add_option("--nodes", values.nodes, "brokers of --local-kafka")
        ->check(CLI::Range(1, 9))
        ->capture_default_str()
        ->needs(local);
    app.footer(
        "Examples: odradek chaos run ordering/key-order-under-retries --seed 7\n"
        "          odradek chaos run kafka --local-kafka"
    );
}

}  // namespace

ExitCode run_command(std::span<const std::string> arguments) {
    RunArguments values;
    CLI::App app("one seed of each scenario, its timeline and verdict", "odradek chaos run");
    add_options(app, values);
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    const auto scenarios = load_scenarios(values.scenarios);
    if (!scenarios) return report_mistakes(scenarios.error());
    World world;
    if (const auto failed = world.open(values)) return *failed;
    ExitCode code = ExitCode::passed;
    Json runs = Json::array();
    for (const Scenario& scenario : *scenarios) {
        const RunRequest request{.seed = values.seed, .keep_trace = true, .hash_trace = true};
        const auto ran = world.run(scenario, request);
        if (!ran) return ran.error();
        const RunReport& report = *ran;
        if (values.format == "json") {
            runs.push_back(to_json(report, scenario));
        } else {
            print(report, scenario, values);
        }
        if (!values.out.empty() && !keep_files(report, scenario, values)) {
            return ExitCode::environment;
        }
        code = worse(code, code_of(report, scenario));
        std::fflush(stdout);  // a run on real Kafka takes minutes; who watches a file sees it
    }
    if (values.format == "json") {
        fmt::print("{}\n", Json{{"runs", runs}, {"passed", code == ExitCode::passed}}.dump(2));
    }
    return code;
}

}  // namespace odradek::scenarios
