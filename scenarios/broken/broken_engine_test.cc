// A deliberately broken engine is found by a sweep, made small and repeated: this program is linked
// with the engine of the checkout except for one file, which break.cmake has broken.

#include "scenarios/catalog.h"
#include "scenarios/replay.h"
#include "scenarios/run.h"
#include "scenarios/scenario_file.h"
#include "scenarios/scenario_text.h"
#include "scenarios/shrink.h"
#include "scenarios/sweep.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

std::uint64_t fault_count(const Scenario& scenario) {
    std::uint64_t count = 0;
    for (const Fault& fault : scenario.faults) {
        count += fault.times;
    }
    return count;
}

std::vector<Scenario> from_catalog(const std::string& word) {
    const std::array words{word};
    auto scenarios = load_scenarios(words);
    EXPECT_TRUE(scenarios.has_value());
    return std::move(*scenarios);
}

}  // namespace

TEST(BrokenEngine, is_found_shrunk_to_a_quarter_and_repeated) {
    const std::vector<Scenario> scenarios = from_catalog("rebalance/stale-generation-at-commit");
    const Scenario& scenario = scenarios.front();
    constexpr std::uint64_t seeds = 20;
    const std::vector<SweepItem> items = sweep_items({.total = seeds});
    const auto results = sweep(scenarios, items, &run_simulated, {.jobs = 2, .progress = {}});
    const auto red = std::ranges::find(results, Verdict::Kind::broken, &SweepResult::kind);
    ASSERT_NE(red, results.end()) << "found by no seed of " << seeds;
    const std::string guarantee = red->guarantees.front();

    const std::uint64_t seed = items[red->item].seed;
    const auto small = shrink(
        scenario,
        {.seed = seed,
         .symptom = {Verdict::Kind::broken, guarantee},
         .seeds_per_step = 8,
         .progress = {}},
        &run_simulated
    );
    ASSERT_TRUE(small.has_value()) << guarantee << " with seed " << seed;
    EXPECT_LE(small->scenario.load.records * 4, scenario.load.records);
    EXPECT_LE(fault_count(small->scenario) * 4, fault_count(scenario));
    RecordProperty("records", std::to_string(small->scenario.load.records));
    RecordProperty("faults", std::to_string(fault_count(small->scenario)));

    const auto file = parse_scenario(scenario_yaml(small->scenario), "shrunk.yml");
    ASSERT_TRUE(file.has_value());
    const RunRequest request{.seed = small->seed, .keep_trace = true, .hash_trace = true};
    const RunReport once = run_simulated(*file, request);
    const RunReport again = run_simulated(*file, request);
    EXPECT_TRUE(once.verdict.breaks(guarantee)) << "the file alone shows it";
    EXPECT_EQ(once.trace_sha256, again.trace_sha256);
    EXPECT_FALSE(first_difference(once.trace, again.trace).has_value());
}

}  // namespace odradek::scenarios
