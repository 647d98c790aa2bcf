#include "scenarios/swarm.h"
#include "scenarios/sweep.h"
#include "simulator/probes.h"

#include <algorithm>

namespace odradek::scenarios {

std::vector<SweepItem> sweep_items(const SweepPlan& plan) {
    std::vector<SweepItem> items;
    for (std::uint64_t index = plan.shard - 1; index < plan.total; index += plan.shards) {
        if (plan.swarm) {
            const std::uint64_t seed = plan.from + index;
            items.push_back({.scenario = swarm_choice(plan.scenario_count, seed), .seed = seed});
            continue;
        }
        items.push_back(
            {.scenario = index % plan.scenario_count,
             .seed = plan.from + index / plan.scenario_count}
        );
    }
    return items;
}

bool ScenarioTally::is_as_expected(const Expectation& expectation) const {
    if (!contract.empty()) return false;
    if (!expectation.broken) return held == seeds;
    return std::ranges::any_of(broken, [&](const SweepFailure& failure) {
        return failure.guarantee == *expectation.broken;
    });
}

std::vector<ScenarioTally> tally(
    const std::vector<Scenario>& scenarios,
    const std::vector<SweepItem>& items,
    const std::vector<SweepResult>& results
) {
    std::vector<ScenarioTally> tallies(scenarios.size());
    for (const SweepResult& result : results) {
        const SweepItem& item = items[result.item];
        ScenarioTally& scenario = tallies[item.scenario];
        ++scenario.seeds;
        scenario.virtual_time += result.virtual_time;
        scenario.wall_time += result.wall_time;
        scenario.records += result.records;
        scenario.faults += result.faults;
        scenario.members += result.members;
        scenario.handled += result.handled;
        scenario.replayed += result.replayed;
        scenario.probes.insert(result.probes.begin(), result.probes.end());
        switch (result.kind) {
            case Verdict::Kind::held:
                ++scenario.held;
                break;
            case Verdict::Kind::stuck:
                scenario.stuck.push_back({item.seed, result.why});
                break;
            case Verdict::Kind::contract:
                scenario.contract.push_back({item.seed, result.why});
                break;
            case Verdict::Kind::broken:
                for (const std::string& guarantee : result.guarantees) {
                    scenario.broken.push_back({item.seed, guarantee});
                }
                break;
        }
    }
    return tallies;
}

SweepAverages averages(const std::vector<ScenarioTally>& tallies) {
    SweepAverages sums;
    double runs = 0;
    for (const ScenarioTally& tally : tallies) {
        runs += static_cast<double>(tally.seeds);
        sums.records += static_cast<double>(tally.records);
        sums.faults += static_cast<double>(tally.faults);
        sums.members += static_cast<double>(tally.members);
    }
    if (runs == 0) return {};
    return {sums.records / runs, sums.faults / runs, sums.members / runs};
}

std::vector<std::string> missing_probes(const std::vector<ScenarioTally>& tallies) {
    std::vector<std::string> missing;
    for (const sim::ProbeRow& row : sim::probe_rows) {
        const bool is_reached = std::ranges::any_of(tallies, [&](const ScenarioTally& tally) {
            return tally.probes.contains(std::string(row.name));
        });
        if (!is_reached) missing.emplace_back(row.name);
    }
    return missing;
}

}  // namespace odradek::scenarios
