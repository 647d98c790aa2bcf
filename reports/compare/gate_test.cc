#include "reports/compare/gate.h"

#include "reports/compare/comparison_text.h"

#include <gtest/gtest.h>

namespace odradek::reports {

namespace {

Comparison with_ratio(double ratio) {
    Comparison comparison;
    for (const double seconds : {1.0, 1.0 / ratio}) {
        ArmResult result{
            .arm = comparison.results.empty() ? "raw-librdkafka" : "engine-key",
            .workload = {.records = 1'000}};
        result.runs.push_back({.elapsed_s = seconds});
        comparison.results.push_back(std::move(result));
    }
    return comparison;
}

std::vector<EarlierRatio> ratios_of(const Comparison& comparison) {
    return read_ratios(comparison_json(comparison)).value();
}

}  // namespace

TEST(Gate, TK5_finds_an_arm_that_lost_more_than_it_may) {
    const auto earlier = ratios_of(with_ratio(0.8));
    EXPECT_TRUE(regressions(with_ratio(0.73), earlier, 0.1).empty());
    const auto found = regressions(with_ratio(0.71), earlier, 0.1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].arm, "engine-key");
    EXPECT_DOUBLE_EQ(found[0].was, 0.8);
    EXPECT_DOUBLE_EQ(found[0].is, 0.71);
}

TEST(Gate, TK5_holds_only_equal_workloads_against_each_other) {
    Comparison slower = with_ratio(0.4);
    for (ArmResult& result : slower.results) {
        result.workload.concurrency = 99;
    }
    EXPECT_TRUE(regressions(slower, ratios_of(with_ratio(0.8)), 0.1).empty());
}

TEST(Gate, TK5_says_what_is_wrong_with_a_baseline) {
    EXPECT_EQ(read_ratios("{").error(), "is not JSON");
    EXPECT_EQ(read_ratios("[]").error(), "holds no runs; is it a compare.json?");
    EXPECT_EQ(read_ratios(R"({"runs":[{"arm":1}]})").error(), "holds a run that is not whole");
}

}  // namespace odradek::reports
