#include "scenarios/catalog.h"
#include "scenarios/commands.h"
#include "scenarios/real_kafka.h"
#include "scenarios/run.h"
#include "scenarios/story.h"
#include "scenarios/trace_file.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

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

bool keep_trace_file(
    const RunReport& report, const Scenario& scenario, const RunArguments& arguments
) {
    const std::filesystem::path path = std::filesystem::path(arguments.out) /
                                       fmt::format("{}-{}.trace.jsonl", scenario.name, report.seed);
    if (!write_file(path, "") || !write_trace_file(path, report.trace)) {
        report_error(fmt::format("cannot write {} completely", path.string()));
        return false;
    }
    if (arguments.format == "text") fmt::print("trace: {}\n", path.string());
    return true;
}

std::expected<RunReport, ExitCode> run_in_world(
    const Scenario& scenario, const RunRequest& request, const std::string& brokers
) {
    if (brokers.empty()) return run_simulated(scenario, request);
    auto ran = run_on_kafka(scenario, request, brokers);
    if (ran) return std::move(*ran);
    if (ran.error().code == Errc::broker_unreachable) {
        report_error(
            fmt::format("no broker answered at {} in time ({})", brokers, ran.error().what),
            "is it running there? odradek kafka start makes one on this machine"
        );
        return std::unexpected(ExitCode::environment);
    }
    report_error(to_string(ran.error()));
    const bool is_input = ran.error().code == Errc::invalid_options;
    return std::unexpected(is_input ? ExitCode::usage : ExitCode::environment);
}

}  // namespace

ExitCode run_command(std::span<const std::string> arguments) {
    RunArguments values;
    CLI::App app("one seed of each scenario, its timeline and verdict", "odradek chaos run");
    app.add_option("SCENARIO", values.scenarios, "file, name, group or set of the catalogue")
        ->required();
    add_seed(app, "--seed", values.seed, "of all that is random (default 1)");
    add_format(app, values.format);
    app.add_option("-o,--out", values.out, "folder for the trace of each run");
    app.add_option("--lines", values.lines, "most lines of the timeline")->capture_default_str();
    app.add_option(
        "--brokers", values.brokers, "run on this cluster, host:port, instead of the simulator"
    );
    app.footer("Example: odradek chaos run ordering/key-order-under-retries --seed 7");
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    const auto scenarios = load_scenarios(values.scenarios);
    if (!scenarios) return report_mistakes(scenarios.error());
    ExitCode code = ExitCode::passed;
    Json runs = Json::array();
    for (const Scenario& scenario : *scenarios) {
        const RunRequest request{.seed = values.seed, .keep_trace = true, .hash_trace = true};
        const auto ran = run_in_world(scenario, request, values.brokers);
        if (!ran) return ran.error();
        const RunReport& report = *ran;
        if (values.format == "json") {
            runs.push_back(to_json(report, scenario));
        } else {
            print(report, scenario, values);
        }
        if (!values.out.empty() && !keep_trace_file(report, scenario, values)) {
            return ExitCode::environment;
        }
        code = worse(code, code_of(report, scenario));
    }
    if (values.format == "json") {
        fmt::print("{}\n", Json{{"runs", runs}, {"passed", code == ExitCode::passed}}.dump(2));
    }
    return code;
}

}  // namespace odradek::scenarios
