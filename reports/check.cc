#include "reports/check.h"

#include "scenarios/catalog.h"
#include "scenarios/run.h"
#include "scenarios/story.h"
#include "simulator/checkers/judge.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;
using scenarios::RunReport;
using scenarios::Scenario;
using scenarios::ScenarioTally;
using scenarios::Verdict;

constexpr std::uint64_t crash_runs = 3;
constexpr std::uint64_t saturated_records = 30'000;
constexpr std::uint64_t service_records_max = 120'000;
constexpr Duration service_time = 60s;

double per_second(Rate rate) {
    return static_cast<double>(rate.count) / std::chrono::duration<double>(rate.per).count();
}

/// What the trace of one run says of its speed.
struct Pace {
    double records_per_s = 0;
    double saturated_per_s = 0;  ///< from the first start until 99 % were done: no wait for retries
    Duration latency_p50{};
    Duration latency_p99{};
};

/// Records that came while the group was forming waited for it, not for the service: the first
/// seconds behind the first handler start count only where there is nothing else.
Pace pace_of(const RunReport& report) {
    using Place = std::tuple<std::int32_t, PartitionId, Offset>;
    constexpr Duration warm_up = 5s;
    std::map<Place, Instant> arrived;
    std::vector<Instant> ends;
    std::vector<Duration> early;
    std::vector<Duration> latencies;
    std::optional<Instant> settled;
    Instant last{};
    for (const TraceEvent& event : report.trace) {
        const Place place{event.topic, event.partition, event.offset};
        if (event.kind == TraceEvent::Kind::produced) arrived[place] = event.at;
        if (event.kind == TraceEvent::Kind::started && !settled) settled = event.at + warm_up;
        if (event.kind != TraceEvent::Kind::finished) continue;
        last = event.at;
        const auto found = arrived.find(place);
        if (found == arrived.end() || event.detail == "retry") continue;
        ends.push_back(event.at);
        (found->second < settled ? early : latencies).push_back(event.at - found->second);
        arrived.erase(found);  // the first end counts
    }
    Pace pace;
    const double seconds = std::chrono::duration<double>(last - Instant{}).count();
    if (seconds > 0) pace.records_per_s = static_cast<double>(report.records) / seconds;
    if (!ends.empty()) {
        const std::size_t most = ends.size() * 99 / 100;
        const Duration busy = ends[most] - (*settled - warm_up);
        pace.saturated_per_s =
            static_cast<double>(most) / std::chrono::duration<double>(busy).count();
    }
    if (latencies.empty()) latencies = std::move(early);
    if (latencies.empty()) return pace;
    std::ranges::sort(latencies);
    pace.latency_p50 = latencies[latencies.size() / 2];
    pace.latency_p99 = latencies[latencies.size() * 99 / 100];
    return pace;
}

ServiceRun run_service(const Scenario& scenario, ServiceRun::Day day, std::uint64_t seed) {
    const RunReport report = run_simulated(scenario, {.seed = seed, .keep_trace = true});
    const Pace pace = pace_of(report);
    ServiceRun run{
        .day = day,
        .seed = seed,
        .kind = report.verdict.kind,
        .what = report.verdict.why,
        .records = report.records,
        .handled = report.handled,
        .replayed = report.replayed,
        .records_per_s =
            day == ServiceRun::Day::saturated ? pace.saturated_per_s : pace.records_per_s,
        .latency_p50 = pace.latency_p50,
        .latency_p99 = pace.latency_p99};
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

/// Judges gate by gate into the result's list.
class Judge {
public:
    Judge(const Deployment& deployment, CheckResult& result)
        : gates_(deployment.gates)
        , result_(result) {}

    void judge() {
        judge_keys();
        judge_guarantees();
        judge_pace();
        if (!gates_.unsafe_settings) return;
        const auto dangers = static_cast<std::uint64_t>(
            std::ranges::count(result_.unsafe, UnsafeSetting::Kind::danger, &UnsafeSetting::kind)
        );
        add("unsafe_settings",
            std::to_string(*gates_.unsafe_settings),
            std::to_string(dangers),
            dangers <= *gates_.unsafe_settings);
    }

private:
    void add(std::string name, std::string limit, std::string value, std::optional<bool> passed) {
        result_.gates.push_back({std::move(name), std::move(limit), std::move(value), passed});
    }

    void judge_keys() {
        if (!result_.spread) {
            for (const auto& [name, limit] :
                 {std::pair{"max_over_mean", gates_.max_over_mean},
                  {"min_speedup", gates_.min_speedup}}) {
                if (limit) add(name, fmt::format("{}", *limit), "no keys given", std::nullopt);
            }
            if (gates_.max_hot_key) {
                add("max_hot_key", to_text(*gates_.max_hot_key), "no keys given", std::nullopt);
            }
            return;
        }
        for (const Gate& gate : result_.spread->report.gates) {
            std::string name = gate.name;  // the deployment has one level of lanes
            if (name.starts_with("partition.")) name.erase(0, name.find('.') + 1);
            const bool is_share = name == "max_hot_key";
            const auto shown = [&](double value) {
                return is_share ? fmt::format("{:.2f}%", 100 * value)
                                : fmt::format("{:.4g}", value);
            };
            add(std::move(name), shown(gate.limit), shown(gate.value), gate.has_passed());
        }
    }

    void judge_guarantees() {
        std::uint64_t broken = 0;
        for (const ScenarioTally& tally : result_.tallies) {
            broken += tally.seeds - tally.held;
        }
        for (const ServiceRun& run : result_.service) {
            broken += run.kind == Verdict::Kind::held ? 0 : 1;
        }
        add("invariants_broken",
            std::to_string(gates_.invariants_broken),
            std::to_string(broken),
            broken <= gates_.invariants_broken);
    }

    void judge_pace() {
        double slowest = std::numeric_limits<double>::infinity();
        std::uint64_t replayed = 0;
        std::uint64_t handled = 0;
        for (const ServiceRun& run : result_.service) {
            if (run.day == ServiceRun::Day::saturated) continue;
            slowest = std::min(slowest, run.records_per_s);
            if (run.day != ServiceRun::Day::crash) continue;
            replayed += run.replayed;
            handled += run.handled;
        }
        if (gates_.min_throughput) {
            add("min_throughput",
                to_text(*gates_.min_throughput),
                fmt::format("{:.0f}/s", slowest),
                slowest >= per_second(*gates_.min_throughput));
        }
        if (gates_.max_latency) {
            const Duration latency = result_.run_on(ServiceRun::Day::calm)->latency_p99;
            add("max_latency",
                to_text(*gates_.max_latency),
                fmt::format("{:.1f}ms", milliseconds(latency)),
                latency <= *gates_.max_latency);
        }
        if (!gates_.max_replayed) return;
        const double share =
            handled == 0 ? 0 : static_cast<double>(replayed) / static_cast<double>(handled);
        const double limit = static_cast<double>(gates_.max_replayed->part) /
                             static_cast<double>(gates_.max_replayed->whole);
        add("max_replayed",
            to_text(*gates_.max_replayed),
            fmt::format("{:.2f}%", share * 100),
            share <= limit);
    }

    static double milliseconds(Duration span) {
        return std::chrono::duration<double, std::milli>(span).count();
    }

    const Gates& gates_;
    CheckResult& result_;
};

void run_days(const Deployment& deployment, const CheckOptions& options, CheckResult& result) {
    using Day = ServiceRun::Day;
    const auto keys =
        result.spread ? result.spread->keys() : std::vector<scenarios::KeyLaw::WeightedKey>{};
    std::vector<Day> days{Day::calm, Day::saturated};
    days.insert(days.end(), crash_runs, Day::crash);
    for (const Day day : days) {
        const Scenario scenario = service_scenario(deployment, keys, day);
        const auto crashes = static_cast<std::uint64_t>(
            std::ranges::count(result.service, Day::crash, &ServiceRun::day)
        );
        const std::uint64_t seed = options.first_seed + (day == Day::crash ? crashes : 0);
        result.service.push_back(run_service(scenario, day, seed));
        if (options.progress) options.progress("throughput", result.service.size(), days.size());
    }
}

}  // namespace

bool CheckResult::passed() const {
    return std::ranges::all_of(gates, [](const GateResult& gate) {
        return gate.passed.value_or(true);
    });
}

const ServiceRun* CheckResult::run_on(ServiceRun::Day day) const {
    const auto found = std::ranges::find(service, day, &ServiceRun::day);
    return found == service.end() ? nullptr : &*found;
}

std::string_view name_of(ServiceRun::Day day) {
    switch (day) {
        case ServiceRun::Day::calm:
            return "calm";
        case ServiceRun::Day::crash:
            return "crash";
        case ServiceRun::Day::saturated:
            return "saturated";
    }
    return "";
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
    const Deployment& deployment,
    std::vector<scenarios::KeyLaw::WeightedKey> keys,
    ServiceRun::Day day
) {
    Scenario scenario;
    scenario.name = deployment.name;
    scenario.title =
        "the load of " + deployment.name + " for a minute, " + std::string(name_of(day)) + " day";
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
    scenario.client = deployment.client;
    scenario.phases.safety = service_time;
    if (day == ServiceRun::Day::crash) {
        scenario.faults = {
            {.what = scenarios::FaultKind::crash_member, .from = 10s, .to = 40s, .lasts = 2s}};
    }
    if (day == ServiceRun::Day::saturated) {
        scenario.load.arrival.rate = {.count = 1'000'000, .per = 1s};
        scenario.load.records = saturated_records;
        scenario.phases.safety = 1s;
    }
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
    CheckResult result{.deployment = deployment.name, .first_seed = options.first_seed};
    result.arrivals = deployment.arrivals;
    if (!deployment.keys_csv.empty()) {
        auto spread = read_key_spread(deployment);
        if (!spread) return std::unexpected(spread.error());
        result.spread = std::move(*spread);
    }
    result.unsafe = find_unsafe_settings(
        deployment, result.spread ? &result.spread->report.distribution : nullptr
    );
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
    run_days(deployment, options, result);
    Judge{deployment, result}.judge();
    result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

}  // namespace odradek::reports
