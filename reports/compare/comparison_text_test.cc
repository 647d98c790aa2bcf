#include "reports/compare/comparison_text.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace odradek::reports {

namespace {

ArmResult result_of(const char* arm, std::vector<double> seconds) {
    ArmResult result{.arm = arm, .workload = {.records = 1'000}};
    for (const double elapsed : seconds) {
        result.runs.push_back({.elapsed_s = elapsed, .handled = 1'000, .cpu_s = elapsed / 2});
    }
    return result;
}

Comparison example() {
    Comparison comparison{.plan = "no-op", .command = "odradek compare no-op --local-kafka"};
    comparison.results = {
        result_of("raw-librdkafka", {1.0, 2.0, 4.0}), result_of("engine-key", {2.0, 2.0, 5.0})};
    comparison.results[1].invariants_broken = {"key_order"};
    comparison.results[1].runs[2].failure = "died: Killed";
    return comparison;
}

}  // namespace

TEST(ComparisonText, TK5_takes_ratios_run_by_run) {
    const Comparison comparison = example();
    const Spread ratio = speed_ratio(comparison.results[1], comparison.results[0]);
    EXPECT_DOUBLE_EQ(ratio.min, 0.5);
    EXPECT_DOUBLE_EQ(ratio.median, 0.8);
    EXPECT_DOUBLE_EQ(ratio.max, 1.0);
}

TEST(ComparisonText, TK5_gives_lowest_middle_and_highest_speed) {
    const Spread speed = records_per_s(example().results[0]);
    EXPECT_DOUBLE_EQ(speed.min, 250);
    EXPECT_DOUBLE_EQ(speed.median, 500);
    EXPECT_DOUBLE_EQ(speed.max, 1'000);
}

TEST(ComparisonText, TK5_shows_arm_ratio_breaks_and_failures) {
    const std::string text = comparison_text(example());
    EXPECT_NE(text.find("raw-librdkafka"), std::string::npos);
    EXPECT_NE(text.find("80 %"), std::string::npos) << text;
    EXPECT_NE(text.find("key_order"), std::string::npos);
    EXPECT_NE(text.find("failed: died: Killed"), std::string::npos);
}

TEST(ComparisonText, TK5_json_has_the_keys_that_others_read) {
    const auto json = nlohmann::json::parse(comparison_json(example()));
    EXPECT_TRUE(json.at("machine").is_object());
    ASSERT_EQ(json.at("runs").size(), 2U);
    const auto& run = json["runs"][1];
    for (const char* key :
         {"arm",
          "world",
          "workload",
          "records_per_s",
          "elapsed_s",
          "ideal_s",
          "members",
          "peak_in_flight",
          "handled",
          "replayed",
          "cpu_s",
          "latency_us",
          "invariants_broken"}) {
        EXPECT_TRUE(run.contains(key)) << key;
    }
    EXPECT_EQ(run["world"], "kafka");
    EXPECT_TRUE(run["ideal_s"].is_null()) << "a no-op handler has no ideal time";
    EXPECT_EQ(run["invariants_broken"], nlohmann::json::array({"key_order"}));
    EXPECT_DOUBLE_EQ(run["records_per_s"]["median"], 500);
    EXPECT_EQ(run["failures"].size(), 1U);
}

TEST(ComparisonText, TK5_csv_has_a_line_for_each_run) {
    const std::string csv = comparison_csv(example());
    EXPECT_EQ(std::ranges::count(csv, '\n'), 7);
    EXPECT_NE(csv.find("engine-key,kafka,1000,6,10000,100,noop,16,1,3,died: Killed,5.0"), csv.npos);
}

}  // namespace odradek::reports
