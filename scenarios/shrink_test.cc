#include "scenarios/shrink.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

/// Breaks key order whenever at least 3 records of one key meet a crash.
RunReport pretend(const Scenario& scenario, const RunRequest& request) {
    RunReport report{.seed = request.seed};
    const bool crashes = std::ranges::any_of(scenario.faults, [](const Fault& fault) {
        return fault.what == FaultKind::crash_member;
    });
    if (crashes && scenario.load.records >= 3) {
        report.verdict.kind = Verdict::Kind::broken;
        report.verdict.violations = {{"key_order", "x", {}}};
    }
    return report;
}

Scenario large() {
    Scenario scenario;
    scenario.members = 4;
    scenario.late_members = 1;
    scenario.topics = {{"orders", 12}, {"refunds", 3}};
    scenario.load.records = 5000;
    scenario.load.null_keys = {.part = 1, .whole = 10};
    scenario.handler.retry = {.part = 1, .whole = 50};
    scenario.guarantees = {"at_least_once", "key_order"};
    scenario.faults = {
        {.what = FaultKind::compact, .topic = 1},
        {.what = FaultKind::crash_member, .times = 6, .member = 3},
        {.what = FaultKind::freeze_member}};
    return scenario;
}

}  // namespace

TEST(Shrink, leaves_only_what_the_failure_needs) {
    const auto shrunk = shrink(
        large(), {.seed = 7, .symptom = {.guarantee = "key_order"}, .progress = {}}, &pretend
    );
    ASSERT_TRUE(shrunk.has_value());
    EXPECT_EQ(shrunk->scenario.load.records, 3U);
    ASSERT_EQ(shrunk->scenario.faults.size(), 1U);
    EXPECT_EQ(shrunk->scenario.faults[0].what, FaultKind::crash_member);
    EXPECT_EQ(shrunk->scenario.faults[0].times, 1U);
    EXPECT_EQ(shrunk->scenario.members, 1);
    EXPECT_EQ(shrunk->scenario.late_members, 0);
    EXPECT_EQ(shrunk->scenario.topics.size(), 1U);
    EXPECT_EQ(shrunk->scenario.topics[0].partitions, 1);
    EXPECT_EQ(shrunk->scenario.load.keys.keys, 1U);
    EXPECT_EQ(shrunk->scenario.engine.concurrency_max, 1U);
    EXPECT_EQ(shrunk->scenario.handler.retry.part, 0U);
    EXPECT_EQ(shrunk->scenario.guarantees, std::vector<std::string>{"key_order"});
    EXPECT_EQ(shrunk->seed, 7U);
}

TEST(Shrink, has_nothing_to_say_of_a_run_that_holds) {
    EXPECT_FALSE(
        shrink(large(), {.symptom = {.guarantee = "at_least_once"}, .progress = {}}, &pretend)
            .has_value()
    );
}

TEST(Shrink, stops_at_its_budget) {
    const auto shrunk = shrink(
        large(), {.symptom = {.guarantee = "key_order"}, .runs_max = 40, .progress = {}}, &pretend
    );
    ASSERT_TRUE(shrunk.has_value());
    EXPECT_LE(shrunk->runs, 40U);
    EXPECT_LT(shrunk->scenario.load.records, 5000U);
}

TEST(Shrink, never_names_a_target_that_is_gone) {
    for (const Scenario& smaller : smaller_scenarios(large())) {
        for (const Fault& fault : smaller.faults) {
            EXPECT_LT(fault.topic, static_cast<std::int32_t>(smaller.topics.size()));
            if (fault.member) {
                EXPECT_LT(*fault.member, smaller.members + smaller.late_members);
            }
        }
    }
}

}  // namespace odradek::scenarios
