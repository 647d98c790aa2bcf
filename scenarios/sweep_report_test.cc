#include "scenarios/sweep_report.h"

#include "simulator/probes.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace odradek::scenarios {

namespace {

Scenario named(std::string name) {
    Scenario scenario;
    scenario.group = "group";
    scenario.name = std::move(name);
    return scenario;
}

const std::vector<Scenario> scenarios{named("one"), named("other")};

std::vector<ScenarioTally> tallies() {
    ScenarioTally one{.seeds = 3, .held = 3};
    one.records = 6000;
    one.faults = 9;
    one.members = 6;
    one.probes = {"map cut"};
    ScenarioTally other{.seeds = 1, .held = 0};
    other.records = 2000;
    other.faults = 3;
    other.members = 2;
    other.broken.push_back({41, "key_order"});
    return {one, other};
}

}  // namespace

TEST(SweepReport, says_how_much_a_run_is_worth) {
    const SweepAverages means = averages(tallies());
    EXPECT_DOUBLE_EQ(means.records, 2000);
    EXPECT_DOUBLE_EQ(means.faults, 3);
    EXPECT_DOUBLE_EQ(means.members, 2);
    EXPECT_NE(
        sweep_text(scenarios, tallies())
            .find("a run has on average 2000 records, 3.0 faults, 2.0 members"),
        std::string::npos
    );
}

TEST(SweepReport, names_every_probe_that_no_run_reached) {
    const std::vector<std::string> missing = missing_probes(tallies());
    EXPECT_EQ(missing.size(), sim::probe_rows.size() - 1);
    EXPECT_FALSE(std::ranges::count(missing, "map cut"));
    const std::string text = sweep_text(scenarios, tallies());
    EXPECT_NE(text.find("probes reached: map cut\n"), std::string::npos);
    EXPECT_NE(text.find("probes never reached: client session timeout, "), std::string::npos);
}

TEST(SweepReport, gives_a_failure_the_command_that_repeats_it) {
    EXPECT_FALSE(is_passed(scenarios, tallies()));
    EXPECT_NE(
        sweep_text(scenarios, tallies())
            .find("key_order: odradek chaos replay group/other --seed 41"),
        std::string::npos
    );
    const auto json = nlohmann::json::parse(sweep_json(scenarios, tallies()));
    EXPECT_EQ(json["passed"], false);
    EXPECT_EQ(json["scenarios"][1]["broken"][0]["seed"], 41);
    EXPECT_EQ(json["averages"]["records"], 2000.0);
    EXPECT_EQ(json["probes_reached"], nlohmann::json::array({"map cut"}));
}

TEST(SweepReport, does_not_miss_a_scenario_that_a_swarm_did_not_draw) {
    std::vector<ScenarioTally> drawn = tallies();
    drawn[1] = {};
    EXPECT_TRUE(is_passed(scenarios, drawn));
    EXPECT_EQ(sweep_text(scenarios, drawn).find("group/other"), std::string::npos);
}

TEST(SweepPlan, gives_each_run_of_a_swarm_a_seed_of_its_own_over_all_shards) {
    SweepPlan plan{.scenario_count = 5, .total = 40, .from = 100, .shards = 3, .swarm = true};
    std::set<std::uint64_t> seeds;
    std::set<std::size_t> drawn;
    for (plan.shard = 1; plan.shard <= 3; ++plan.shard) {
        for (const SweepItem& item : sweep_items(plan)) {
            EXPECT_TRUE(seeds.insert(item.seed).second);
            drawn.insert(item.scenario);
        }
    }
    EXPECT_EQ(seeds.size(), 40U);
    EXPECT_EQ(*seeds.begin(), 100U);
    EXPECT_EQ(drawn.size(), 5U);
}

}  // namespace odradek::scenarios
