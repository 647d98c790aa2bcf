#include "scenarios/catalog.h"
#include "scenarios/commands.h"
#include "scenarios/junit.h"
#include "scenarios/page.h"
#include "scenarios/run.h"
#include "scenarios/scenario_text.h"
#include "scenarios/seed.h"
#include "scenarios/shrink.h"
#include "scenarios/story.h"
#include "scenarios/swarm.h"
#include "scenarios/sweep.h"
#include "scenarios/sweep_report.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

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
    bool has_out = false;
    bool no_shrink = false;
    bool swarm = false;
    bool require_probes = false;
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

/// The first run of a scenario that did not do what it should; its kind tells what to look for.
struct FirstFailure {
    std::uint64_t seed = 0;
    Symptom symptom;
};

std::optional<FirstFailure> first_failure(const Scenario& scenario, const ScenarioTally& tally) {
    if (tally.seeds == 0 || tally.is_as_expected(scenario.expect) || scenario.expect.broken) {
        return std::nullopt;
    }
    if (!tally.broken.empty()) {
        const SweepFailure& failure = tally.broken.front();
        return FirstFailure{failure.seed, {Verdict::Kind::broken, failure.guarantee}};
    }
    if (!tally.stuck.empty()) {
        return FirstFailure{tally.stuck.front().seed, {Verdict::Kind::stuck, {}}};
    }
    return std::nullopt;  // a run that kills its process cannot be repeated here
}

/// The failure made small, as a file; its text.
std::string shrink_failure(
    const Scenario& scenario, const FirstFailure& failure, const std::string& out
) {
    const ShrinkRequest request{
        .seed = failure.seed,
        .symptom = failure.symptom,
        .runs_max = 200,
        .seeds_per_step = 2,
        .progress = {}};
    const auto shrunk = shrink(scenario, request, &run_simulated);
    if (!shrunk) return {};
    const std::filesystem::path path =
        std::filesystem::path(out) / fmt::format("{}-shrunk.yml", scenario.name);
    std::string yaml = scenario_yaml(shrunk->scenario);
    if (!write_file(path, yaml)) return {};
    fmt::print(
        stderr,
        "shrunk {} to {} records and {} faults: {}\n",
        full_name(scenario),
        shrunk->scenario.load.records,
        shrunk->scenario.faults.size(),
        replay_command(path.string(), shrunk->seed)
    );
    return yaml;
}

/// Shrinks the first failure of each scenario and tells all of it as a page.
class Aftermath {
public:
    Aftermath(
        const std::vector<Scenario>& scenarios,
        const std::vector<ScenarioTally>& tallies,
        const SweepArguments& values
    )
        : scenarios_(scenarios)
        , tallies_(tallies)
        , values_(values) {}

    /// False when the page cannot be written.
    bool write(const std::string& heading) {
        for (std::size_t index = 0; index < scenarios_.size(); ++index) {
            const auto failure = first_failure(scenarios_[index], tallies_[index]);
            if (failure) look_at(scenarios_[index], *failure);
        }
        if (values_.has_out || !told_.empty()) return write_page(heading);
        return true;
    }

private:
    struct Told {
        Scenario scenario;
        RunReport report;
        std::string shrunk;
    };

    void look_at(const Scenario& scenario, const FirstFailure& failure) {
        std::string shrunk;
        if (!values_.no_shrink) shrunk = shrink_failure(scenario, failure, values_.out);
        constexpr std::size_t told_max = 20;
        if (told_.size() >= told_max) return;
        told_.push_back(
            {.scenario = scenario.swarm ? swarm_variant(scenario, failure.seed) : scenario,
             .report = run_simulated(scenario, {.seed = failure.seed, .keep_trace = true}),
             .shrunk = std::move(shrunk)}
        );
    }

    bool write_page(const std::string& heading) const {
        ToldSweep sweep{
            .scenarios = scenarios_,
            .tallies = tallies_,
            .heading = heading,
            .probes_missing = missing_probes(tallies_),
            .failures = {}};
        for (const Told& told : told_) {
            sweep.failures.push_back(
                {told.scenario,
                 told.report,
                 replay_command(full_name(told.scenario), told.report.seed),
                 told.shrunk}
            );
        }
        const std::filesystem::path path = std::filesystem::path(values_.out) / "sweep.html";
        if (!write_file(path, sweep_page(sweep))) return false;
        fmt::print(stderr, "report: {}\n", path.string());
        return true;
    }

    const std::vector<Scenario>& scenarios_;
    const std::vector<ScenarioTally>& tallies_;
    const SweepArguments& values_;
    std::vector<Told> told_;
};

ExitCode report(
    const std::vector<Scenario>& scenarios,
    const std::vector<ScenarioTally>& tallies,
    const SweepArguments& values,
    const std::string& heading
) {
    if (!Aftermath(scenarios, tallies, values).write(heading)) return ExitCode::environment;
    if (!values.junit.empty() && !write_file(values.junit, junit_xml(scenarios, tallies))) {
        return ExitCode::environment;
    }
    const bool as_json = values.format == "json";
    fmt::print("{}", as_json ? sweep_json(scenarios, tallies) : sweep_text(scenarios, tallies));
    const auto has_contract = [](const ScenarioTally& tally) { return !tally.contract.empty(); };
    if (std::ranges::any_of(tallies, has_contract)) return ExitCode::contract;
    if (!is_passed(scenarios, tallies)) return ExitCode::not_held;
    if (values.require_probes && !missing_probes(tallies).empty()) {
        report_error("not every probe was reached", "more seeds, or --swarm, reach more");
        return ExitCode::not_held;
    }
    return ExitCode::passed;
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
    app.add_option("-o,--out", values.out, "folder for sweep.html and shrunk scenarios")
        ->capture_default_str();
    app.add_flag("--swarm", values.swarm, "each seed draws a scenario, its faults and knobs");
    app.add_flag("--require-probes", values.require_probes, "fail when a probe is never reached");
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
    values.has_out = app.count("--out") > 0;
    auto scenarios = load_scenarios(values.scenarios);
    if (!scenarios) return report_mistakes(scenarios.error());
    if (values.swarm) {
        for (Scenario& scenario : *scenarios)
            scenario.swarm = true;
    }

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
         .shards = values.shards,
         .swarm = values.swarm}
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
    const std::string heading = fmt::format(
        "{} runs from seed {} ({}) in {}", results.size(), values.from, origin, human(took)
    );
    fmt::print(stderr, "{}\n", heading);
    return report(*scenarios, tallies, values, heading);
}

}  // namespace odradek::scenarios
