#include "scenarios/catalog.h"
#include "scenarios/commands.h"
#include "scenarios/run.h"
#include "scenarios/scenario_text.h"
#include "scenarios/shrink.h"
#include "scenarios/story.h"

#include <array>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

namespace odradek::scenarios {

namespace {

std::size_t fault_count(const Scenario& scenario) {
    std::size_t count = 0;
    for (const Fault& fault : scenario.faults) {
        count += fault.times;
    }
    return count;
}

}  // namespace

ExitCode shrink_command(std::span<const std::string> arguments) {
    std::string word;
    std::string out = "build/chaos";
    ShrinkRequest request;
    CLI::App app("a smaller scenario file that still fails", "odradek chaos shrink");
    app.add_option("SCENARIO", word, "file or name in the catalogue")->required();
    add_seed(app, "--seed", request.seed, "of the run that fails (default 1)");
    app.add_option(
        "--guarantee", request.symptom.guarantee, "that must break (default: the first)"
    );
    app.add_option("--runs", request.runs_max, "most runs to spend")->capture_default_str();
    app.add_option("-o,--out", out, "folder for the new file")->capture_default_str();
    app.footer("Example: odradek chaos shrink baselines/key-chains --seed 7");
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    const std::array<std::string, 1> words{word};
    const auto scenarios = load_scenarios(words);
    if (!scenarios) return report_mistakes(scenarios.error());
    const Scenario& scenario = scenarios->front();
    const RunReport report = run_simulated(scenario, {.seed = request.seed});
    if (report.verdict.kind == Verdict::Kind::held) {
        report_error(
            fmt::format("{} holds with seed {}", full_name(scenario), request.seed),
            "odradek chaos sweep finds seeds that fail"
        );
        return ExitCode::usage;
    }
    request.symptom.kind = report.verdict.kind;
    if (request.symptom.kind == Verdict::Kind::broken && request.symptom.guarantee.empty()) {
        request.symptom.guarantee = report.verdict.violations.front().guarantee;
    }
    const auto shrunk = shrink(scenario, request, &run_simulated);
    if (!shrunk) {
        report_error("this seed does not break " + request.symptom.guarantee);
        return ExitCode::usage;
    }
    const std::filesystem::path path =
        std::filesystem::path(out) / fmt::format("{}-shrunk.yml", scenario.name);
    const std::string text = fmt::format(
        "# {} breaks with seed {}; shrunk from {} with seed {}.\n{}",
        request.symptom.guarantee,
        shrunk->seed,
        full_name(scenario),
        request.seed,
        scenario_yaml(shrunk->scenario)
    );
    if (!write_file(path, text)) return ExitCode::environment;
    fmt::print(
        "{} records -> {}, {} faults -> {}, {} members -> {}, in {} runs\nwritten: {}\nreplay: "
        "{}\n",
        scenario.load.records,
        shrunk->scenario.load.records,
        fault_count(scenario),
        fault_count(shrunk->scenario),
        scenario.members,
        shrunk->scenario.members,
        shrunk->runs,
        path.string(),
        replay_command(path.string(), shrunk->seed)
    );
    return ExitCode::passed;
}

}  // namespace odradek::scenarios
