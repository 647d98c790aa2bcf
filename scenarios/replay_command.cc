#include "scenarios/catalog.h"
#include "scenarios/commands.h"
#include "scenarios/replay.h"
#include "scenarios/run.h"
#include "scenarios/story.h"
#include "scenarios/trace_file.h"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

namespace odradek::scenarios {

namespace {

struct ReplayArguments {
    std::string scenario;
    std::uint64_t seed = 0;
    bool has_seed = false;
    std::string trace;
    std::uint64_t until = 0;
    std::string lane;
    bool events = false;
};

/// The story that was asked for: every event of a lane, all events, or the timeline.
void print_story(const RunReport& report, const Scenario& scenario, const ReplayArguments& wanted) {
    std::vector<TraceEvent> trace = report.trace;
    if (wanted.until != 0 && wanted.until < trace.size()) trace.resize(wanted.until);
    if (wanted.lane.empty() && !wanted.events) {
        fmt::print("{}", timeline(trace, scenario, 200));
        return;
    }
    for (std::size_t index = 0; index < trace.size(); ++index) {
        const TraceEvent& event = trace[index];
        if (!wanted.lane.empty() && (!event.has_key || event.key != wanted.lane)) continue;
        const auto number = static_cast<sim::EventNumber>(index + 1);
        fmt::print("  {}\n", describe(event, number, scenario));
    }
}

ExitCode report_on(
    const RunReport& report, const Scenario& scenario, const ReplayArguments& wanted
) {
    fmt::print("{}", summary(report, scenario));
    print_story(report, scenario, wanted);
    fmt::print("{}", violations_text(report, scenario));
    fmt::print("trace sha256: {}\n", report.trace_sha256);
    if (report.verdict.kind == Verdict::Kind::contract) return ExitCode::contract;
    return is_as_expected(report.verdict, scenario.expect) ? ExitCode::passed : ExitCode::not_held;
}

ExitCode replay_recorded(ReplayArguments wanted) {
    const auto trace = read_trace_file(wanted.trace);
    if (!trace) return report_mistakes(trace.error());
    const auto title = title_of(*trace);
    if (wanted.scenario.empty() && title) wanted.scenario = title->scenario;
    if (wanted.scenario.empty()) {
        report_error("the trace does not say which scenario it is of", "name the scenario as well");
        return ExitCode::usage;
    }
    const std::array<std::string, 1> words{wanted.scenario};
    const auto scenarios = load_scenarios(words);
    if (!scenarios) return report_mistakes(scenarios.error());
    const Scenario& scenario = scenarios->front();
    if (!wanted.has_seed && !title) {
        return report_on(judge_again(*trace, scenario, true), scenario, wanted);
    }
    const std::uint64_t seed = wanted.has_seed ? wanted.seed : title->seed;
    const RunReport report =
        run_simulated(scenario, {.seed = seed, .keep_trace = true, .hash_trace = true});
    const ExitCode code = report_on(report, scenario, wanted);
    const auto difference = first_difference(*trace, report.trace);
    if (!difference) {
        fmt::print("the trace repeats the recorded one byte for byte\n");
        return code;
    }
    fmt::print(
        "the trace parts from the recorded one at event #{}\n  recorded: {}\n  replayed: {}\n",
        difference->number,
        difference->recorded,
        difference->replayed
    );
    return ExitCode::not_held;
}

}  // namespace

ExitCode replay_command_line(std::span<const std::string> arguments) {
    ReplayArguments wanted;
    CLI::App app("a run again, event by event the same", "odradek chaos replay");
    app.add_option("SCENARIO", wanted.scenario, "file or name in the catalogue");
    add_seed(app, "--seed", wanted.seed, "of the run");
    app.add_option("--trace", wanted.trace, "a recorded trace to repeat and compare, or to judge");
    app.add_option("--until", wanted.until, "show events up to this number only");
    app.add_option("--lane", wanted.lane, "show the events of this key only");
    app.add_flag("--events", wanted.events, "show every event");
    app.footer("Example: odradek chaos replay ordering/key-order-under-retries --seed 7");
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    wanted.has_seed = app.count("--seed") > 0;
    if (!wanted.trace.empty()) return replay_recorded(wanted);
    if (wanted.scenario.empty() || !wanted.has_seed) {
        report_error(
            "replay needs SCENARIO and --seed, or --trace FILE", "odradek chaos replay --help"
        );
        return ExitCode::usage;
    }
    const std::array<std::string, 1> words{wanted.scenario};
    const auto scenarios = load_scenarios(words);
    if (!scenarios) return report_mistakes(scenarios.error());
    const Scenario& scenario = scenarios->front();
    const RunReport report =
        run_simulated(scenario, {.seed = wanted.seed, .keep_trace = true, .hash_trace = true});
    return report_on(report, scenario, wanted);
}

}  // namespace odradek::scenarios
