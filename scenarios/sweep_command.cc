#include "scenarios/catalog.h"
#include "scenarios/commands.h"
#include "scenarios/junit.h"
#include "scenarios/run.h"
#include "scenarios/scenario_text.h"
#include "scenarios/seed.h"
#include "scenarios/shrink.h"
#include "scenarios/story.h"
#include "scenarios/sweep.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

using Json = nlohmann::json;

struct SweepArguments {
    std::vector<std::string> scenarios{"standard"};
    std::uint64_t seeds = 100;
    std::uint64_t seeds_each = 0;
    std::uint64_t from = 0;
    bool has_from = false;
    std::size_t jobs = 0;
    std::uint64_t shard = 1;
    std::uint64_t shards = 1;
    std::string junit;
    std::string format = "text";
    std::string out = "build/chaos";
    bool no_shrink = false;
};

/// "2/5": the second of five. An error text for CLI11, empty when it is right.
std::string read_shard(const std::string& text, SweepArguments& into) {
    const std::size_t slash = text.find('/');
    const auto shard = parse_seed(text.substr(0, slash));
    const auto shards =
        slash == std::string::npos ? std::nullopt : parse_seed(text.substr(slash + 1));
    if (!shard || !shards || *shard < 1 || *shard > *shards) {
        return "expected I/N, from 1/N to N/N";
    }
    into.shard = *shard;
    into.shards = *shards;
    return {};
}

/// One line on a terminal that is written over and over.
class Progress {
public:
    explicit Progress(std::size_t total)
        : total_(total)
        , on_(isatty(STDERR_FILENO) == 1)
        , begin_(std::chrono::steady_clock::now())
        , shown_(begin_) {}

    void take(const SweepResult& result, std::size_t count) {
        if (result.kind != Verdict::Kind::held) ++not_held_;
        const auto now = std::chrono::steady_clock::now();
        if (!on_ || (now - shown_ < std::chrono::milliseconds{100} && count < total_)) return;
        shown_ = now;
        const double seconds = std::chrono::duration<double>(now - begin_).count();
        const double rate = static_cast<double>(count) / std::max(seconds, 0.001);
        fmt::print(
            stderr,
            "\r{}/{} runs, {:.0f}/s, {:.0f} s left, {} not held   {}",
            count,
            total_,
            rate,
            static_cast<double>(total_ - count) / std::max(rate, 0.001),
            not_held_,
            count == total_ ? "\n" : ""
        );
    }

private:
    std::size_t total_;
    bool on_;
    std::size_t not_held_ = 0;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::steady_clock::time_point shown_;
};

Json failures_json(const std::vector<SweepFailure>& failures, const Scenario& scenario) {
    Json list = Json::array();
    for (const SweepFailure& failure : failures) {
        list.push_back(
            {{"seed", failure.seed},
             {"guarantee", failure.guarantee},
             {"replay", replay_command(full_name(scenario), failure.seed)}}
        );
    }
    return list;
}

Json to_json(const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies) {
    Json list = Json::array();
    bool passed = true;
    for (std::size_t index = 0; index < scenarios.size(); ++index) {
        const ScenarioTally& tally = tallies[index];
        const bool as_expected = tally.is_as_expected(scenarios[index].expect);
        passed = passed && as_expected;
        list.push_back(
            {{"name", full_name(scenarios[index])},
             {"seeds", tally.seeds},
             {"held", tally.held},
             {"broken", failures_json(tally.broken, scenarios[index])},
             {"stuck", failures_json(tally.stuck, scenarios[index])},
             {"contract", failures_json(tally.contract, scenarios[index])},
             {"virtual_s", std::chrono::duration<double>(tally.virtual_time).count()},
             {"wall_s", std::chrono::duration<double>(tally.wall_time).count()},
             {"records", tally.records},
             {"handled", tally.handled},
             {"probes", tally.probes},
             {"passed", as_expected}}
        );
    }
    return {{"scenarios", list}, {"passed", passed}};
}

void print_scenario(const Scenario& scenario, const ScenarioTally& tally) {
    const bool passed = tally.is_as_expected(scenario.expect);
    fmt::print(
        "{} {:<46} {:>6} {:>6} {:>6} {:>6}\n",
        passed ? "ok  " : "FAIL",
        full_name(scenario),
        tally.seeds,
        tally.held,
        tally.broken.size(),
        tally.stuck.size() + tally.contract.size()
    );
    std::size_t shown = 0;
    for (const auto* list : {&tally.contract, &tally.broken, &tally.stuck}) {
        for (const SweepFailure& failure : *list) {
            if (++shown > (passed ? 1U : 3U)) return;
            fmt::print(
                "       {}: {}\n",
                failure.guarantee,
                replay_command(full_name(scenario), failure.seed)
            );
        }
    }
}

/// The first failure of a scenario that should have held, made small.
void shrink_first_failure(
    const Scenario& scenario, const ScenarioTally& tally, const std::string& out
) {
    ShrinkRequest request{.runs_max = 200, .seeds_per_step = 2, .progress = {}};
    if (!tally.broken.empty()) {
        request.seed = tally.broken.front().seed;
        request.symptom = {Verdict::Kind::broken, tally.broken.front().guarantee};
    } else if (!tally.stuck.empty()) {
        request.seed = tally.stuck.front().seed;
        request.symptom = {Verdict::Kind::stuck, {}};
    } else {
        return;  // a run that kills its process cannot be repeated here
    }
    const auto shrunk = shrink(scenario, request, &run_simulated);
    if (!shrunk) return;
    const std::filesystem::path path =
        std::filesystem::path(out) / fmt::format("{}-shrunk.yml", scenario.name);
    if (!write_file(path, scenario_yaml(shrunk->scenario))) return;
    fmt::print(
        stderr,
        "shrunk {} to {} records and {} faults: {}\n",
        full_name(scenario),
        shrunk->scenario.load.records,
        shrunk->scenario.faults.size(),
        replay_command(path.string(), shrunk->seed)
    );
}

std::set<std::string> all_probes(const std::vector<ScenarioTally>& tallies) {
    std::set<std::string> probes;
    for (const ScenarioTally& tally : tallies) {
        probes.insert(tally.probes.begin(), tally.probes.end());
    }
    return probes;
}

ExitCode report(
    const std::vector<Scenario>& scenarios,
    const std::vector<ScenarioTally>& tallies,
    const SweepArguments& values
) {
    bool passed = true;
    bool contract = false;
    for (std::size_t index = 0; index < scenarios.size(); ++index) {
        const bool as_expected = tallies[index].is_as_expected(scenarios[index].expect);
        passed = passed && as_expected;
        contract = contract || !tallies[index].contract.empty();
        if (!as_expected && !values.no_shrink && !scenarios[index].expect.broken) {
            shrink_first_failure(scenarios[index], tallies[index], values.out);
        }
    }
    if (!values.junit.empty() && !write_file(values.junit, junit_xml(scenarios, tallies))) {
        return ExitCode::environment;
    }
    if (values.format == "json") {
        fmt::print("{}\n", to_json(scenarios, tallies).dump(2));
    } else {
        fmt::print("     {:<46} {:>6} {:>6} {:>6} {:>6}\n", "", "seeds", "held", "broken", "stuck");
        for (std::size_t index = 0; index < scenarios.size(); ++index) {
            print_scenario(scenarios[index], tallies[index]);
        }
        fmt::print("probes reached: {}\n", fmt::join(all_probes(tallies), ", "));
        fmt::print("{}\n", passed ? "passed" : "not passed");
    }
    if (contract) return ExitCode::contract;
    return passed ? ExitCode::passed : ExitCode::not_held;
}

void add_options(CLI::App& app, SweepArguments& values) {
    app.add_option(
        "SCENARIO", values.scenarios, "files, names, groups or sets (default: standard)"
    );
    app.add_option("--seeds", values.seeds, "runs in all, dealt evenly over the scenarios")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
        ->capture_default_str();
    app.add_option("--seeds-each", values.seeds_each, "runs of each scenario, instead of --seeds");
    add_seed(app, "--from", values.from, "first seed (default: from the commit hash)");
    app.add_option("--jobs", values.jobs, "processes (default: one a core)");
    app.add_option_function<std::string>(
           "--shard", [](const std::string&) {}, "I/N: the I-th of N parts of the list, from 1/N"
    )
        ->check([&values](const std::string& text) { return read_shard(text, values); });
    app.add_option("--junit", values.junit, "file for a JUnit report");
    app.add_option("-o,--out", values.out, "folder for shrunk scenarios")->capture_default_str();
    app.add_flag("--no-shrink", values.no_shrink, "do not shrink first failures");
    add_format(app, values.format);
    app.footer("Example: odradek chaos sweep standard --seeds 1000 --junit chaos.xml");
}

}  // namespace

ExitCode sweep_command(std::span<const std::string> arguments) {
    SweepArguments values;
    CLI::App app("many seeds of scenarios, in processes", "odradek chaos sweep");
    add_options(app, values);
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    values.has_from = app.count("--from") > 0;
    const auto scenarios = load_scenarios(values.scenarios);
    if (!scenarios) return report_mistakes(scenarios.error());

    std::string origin = "--from";
    if (!values.has_from) {
        const std::string commit = current_commit();
        values.from = seed_of_commit(commit).value_or(1);
        origin = commit.empty() ? "no commit known" : "commit " + commit.substr(0, 12);
    }
    const std::uint64_t total =
        values.seeds_each == 0 ? values.seeds : values.seeds_each * scenarios->size();
    const std::vector<SweepItem> items = sweep_items(
        {.scenario_count = scenarios->size(),
         .total = total,
         .from = values.from,
         .shard = values.shard,
         .shards = values.shards}
    );
    Progress progress(items.size());
    SweepOptions options;
    options.jobs =
        values.jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : values.jobs;
    options.progress = [&](const SweepResult& result, std::size_t count) {
        progress.take(result, count);
    };
    const auto begin = std::chrono::steady_clock::now();
    const auto results = sweep(*scenarios, items, &run_simulated, options);
    const auto took = std::chrono::steady_clock::now() - begin;
    const auto tallies = tally(*scenarios, items, results);
    fmt::print(
        stderr,
        "{} runs from seed {} ({}) in {}\n",
        results.size(),
        values.from,
        origin,
        human(took)
    );
    return report(*scenarios, tallies, values);
}

}  // namespace odradek::scenarios
