#include "reports/check.h"

#include "scenarios/catalog.h"
#include "scenarios/run.h"
#include "scenarios/story.h"
#include "simulator/checkers/judge.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;
using scenarios::RunReport;
using scenarios::Scenario;
using scenarios::ScenarioTally;
using scenarios::Verdict;

constexpr std::uint64_t service_runs = 3;
constexpr std::uint64_t service_records_max = 120'000;
constexpr Duration service_time = 60s;

double per_second(Rate rate) {
    return static_cast<double>(rate.count) / std::chrono::duration<double>(rate.per).count();
}

/// From the first arrival to the last end of a handler.
double throughput(const RunReport& report) {
    Instant last{};
    for (const TraceEvent& event : report.trace) {
        if (event.kind == TraceEvent::Kind::finished) last = event.at;
    }
    const double seconds = std::chrono::duration<double>(last - Instant{}).count();
    return seconds > 0 ? static_cast<double>(report.records) / seconds : 0;
}

ServiceRun run_service(const Scenario& scenario, std::uint64_t seed) {
    const RunReport report = run_simulated(scenario, {.seed = seed, .keep_trace = true});
    ServiceRun run{
        .seed = seed,
        .kind = report.verdict.kind,
        .what = report.verdict.why,
        .records = report.records,
        .handled = report.handled,
        .replayed = report.replayed,
        .records_per_s = throughput(report)};
    if (!report.verdict.violations.empty()) {
        const sim::Violation& first = report.verdict.violations.front();
        run.what = first.guarantee + ": " + first.what;
    }
    return run;
}

std::optional<scenarios::SweepFailure> first_failure(const ScenarioTally& tally) {
    for (const auto* list : {&tally.contract, &tally.broken, &tally.stuck}) {
        if (!list->empty()) return list->front();
    }
    return std::nullopt;
}

Failure tell(const Scenario& scenario, const scenarios::SweepFailure& failed) {
    Failure failure{
        .scenario = full_name(scenario),
        .seed = failed.seed,
        .guarantee = failed.guarantee,
        .story = {},
        .file = scenario.name + ".yml"};
    // What killed its process would kill this one too.
    if (failed.guarantee.starts_with("the process of the run ended")) return failure;
    const RunReport report = run_simulated(scenario, {.seed = failed.seed, .keep_trace = true});
    failure.story = summary(report, scenario) + timeline(report.trace, scenario, 60) +
                    violations_text(report, scenario);
    return failure;
}

void judge_gates(const Deployment& deployment, CheckResult& result) {
    const Gates& gates = deployment.gates;
    const auto add =
        [&](std::string name, std::string limit, std::string value, std::optional<bool> passed) {
            result.gates.push_back({std::move(name), std::move(limit), std::move(value), passed});
        };
    // The distribution of the keys joins here; until it does, its gates say so.
    for (const auto& [name, limit] :
         {std::pair{"max_over_mean", gates.max_over_mean}, {"min_speedup", gates.min_speedup}}) {
        if (limit) add(name, fmt::format("{}", *limit), "not measured", std::nullopt);
    }
    std::uint64_t broken = 0;
    for (const ScenarioTally& tally : result.tallies) {
        broken += tally.seeds - tally.held;
    }
    for (const ServiceRun& run : result.service) {
        broken += run.kind == Verdict::Kind::held ? 0 : 1;
    }
    add("invariants_broken",
        std::to_string(gates.invariants_broken),
        std::to_string(broken),
        broken <= gates.invariants_broken);
    if (gates.min_throughput) {
        const double slowest =
            std::ranges::min(result.service, {}, &ServiceRun::records_per_s).records_per_s;
        add("min_throughput",
            to_text(*gates.min_throughput),
            fmt::format("{:.0f}/s", slowest),
            slowest >= per_second(*gates.min_throughput));
    }
    if (gates.max_replayed) {
        std::uint64_t replayed = 0;
        std::uint64_t handled = 0;
        for (const ServiceRun& run : result.service) {
            replayed += run.replayed;
            handled += run.handled;
        }
        const double share =
            handled == 0 ? 0 : static_cast<double>(replayed) / static_cast<double>(handled);
        const double limit = static_cast<double>(gates.max_replayed->part) /
                             static_cast<double>(gates.max_replayed->whole);
        add("max_replayed",
            to_text(*gates.max_replayed),
            fmt::format("{:.2f}%", share * 100),
            share <= limit);
    }
}

}  // namespace

bool CheckResult::passed() const {
    return std::ranges::all_of(gates, [](const GateResult& gate) {
        return gate.passed.value_or(true);
    });
}

scenarios::Scenario adapted(scenarios::Scenario scenario, const Deployment& deployment) {
    const bool judged_usual =
        scenario.guarantees == sim::usual_guarantees(scenario.engine.ordering);
    const std::uint32_t metadata_chars = scenario.engine.commit.metadata_chars_max;
    scenario.engine = deployment.engine;
    // The broker's limit belongs to the scenario's cluster.
    scenario.engine.commit.metadata_chars_max =
        std::min(metadata_chars, deployment.engine.commit.metadata_chars_max);
    for (scenarios::Topic& topic : scenario.topics) {
        topic.partitions = deployment.partitions;
    }
    if (judged_usual) {
        scenario.guarantees = sim::usual_guarantees(deployment.engine.ordering);
    } else if (deployment.engine.ordering == Ordering::unordered) {
        std::erase(scenario.guarantees, "key_order");
        std::erase(scenario.guarantees, "one_in_flight_per_key");
    }
    return scenario;
}

scenarios::Scenario service_scenario(
    const Deployment& deployment, std::vector<scenarios::KeyLaw::WeightedKey> keys
) {
    Scenario scenario;
    scenario.name = deployment.name;
    scenario.title = "the load of " + deployment.name + " for a minute, one member dies";
    scenario.topics = {{.name = deployment.topic, .partitions = deployment.partitions}};
    scenario.load.arrival.rate = deployment.arrivals;
    const double records =
        per_second(deployment.arrivals) * std::chrono::duration<double>(service_time).count();
    scenario.load.records =
        std::clamp<std::uint64_t>(static_cast<std::uint64_t>(records), 1, service_records_max);
    if (keys.empty()) {
        scenario.load.keys.keys = 1000;
    } else {
        scenario.load.keys.law = scenarios::KeyLaw::Law::listed;
        scenario.load.keys.listed = std::move(keys);
    }
    scenario.engine = deployment.engine;
    scenario.members = deployment.members;
    scenario.handler = deployment.handler;
    scenario.phases.safety = service_time;
    scenario.faults = {
        {.what = scenarios::FaultKind::crash_member, .from = 10s, .to = 40s, .lasts = 2s}};
    scenario.guarantees = sim::usual_guarantees(deployment.engine.ordering);
    return scenario;
}

std::expected<CheckResult, std::vector<ConfigError>> check(
    const Deployment& deployment, const CheckOptions& options
) {
    const auto begin = std::chrono::steady_clock::now();
    const std::array<std::string, 1> words{deployment.chaos_scenarios};
    auto loaded = scenarios::load_scenarios(words);
    if (!loaded) return std::unexpected(loaded.error());
    std::vector<scenarios::KeyLaw::WeightedKey> keys;
    if (!deployment.keys_csv.empty()) {
        auto read = load_keys(deployment);
        if (!read) return std::unexpected(read.error());
        keys = std::move(*read);
    }

    CheckResult result{.deployment = deployment.name, .first_seed = options.first_seed};
    for (Scenario& scenario : *loaded) {
        result.scenarios.push_back(adapted(std::move(scenario), deployment));
    }
    const auto items = scenarios::sweep_items(
        {.scenario_count = result.scenarios.size(),
         .total = deployment.chaos_seeds,
         .from = options.first_seed}
    );
    const auto results = scenarios::sweep(
        result.scenarios,
        items,
        &scenarios::run_simulated,
        {.jobs = options.jobs,
         .progress =
             [&](const scenarios::SweepResult&, std::size_t done) {
                 if (options.progress) options.progress("chaos", done, items.size());
             }}
    );
    result.tallies = scenarios::tally(result.scenarios, items, results);
    for (std::size_t index = 0; index < result.scenarios.size(); ++index) {
        const auto failed = first_failure(result.tallies[index]);
        if (failed) result.failures.push_back(tell(result.scenarios[index], *failed));
    }
    const Scenario service = service_scenario(deployment, std::move(keys));
    for (std::uint64_t run = 0; run < service_runs; ++run) {
        result.service.push_back(run_service(service, options.first_seed + run));
        if (options.progress) options.progress("throughput", run + 1, service_runs);
    }
    judge_gates(deployment, result);
    result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

}  // namespace odradek::reports
