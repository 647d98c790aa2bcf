#include "scenarios/sweep.h"

#include <algorithm>

namespace odradek::scenarios {

std::vector<SweepItem> sweep_items(const SweepPlan& plan) {
    std::vector<SweepItem> items;
    for (std::uint64_t index = plan.shard - 1; index < plan.total; index += plan.shards) {
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

}  // namespace odradek::scenarios
