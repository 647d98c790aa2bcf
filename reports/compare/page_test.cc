#include "reports/compare/page.h"

#include <gtest/gtest.h>

namespace odradek::reports {

namespace {

ArmResult result_of(const char* arm, std::size_t cell, double seconds) {
    ArmResult result{.arm = arm, .cell = cell, .workload = {.records = 1'000}};
    result.runs.push_back({.elapsed_s = seconds, .handled = 1'000});
    return result;
}

Comparison example() {
    Comparison comparison{.plan = "a <b>", .command = "odradek compare"};
    comparison.machine = {.processor = "P", .cores = 2, .load_at_start = 1};
    comparison.results = {result_of("raw-librdkafka", 0, 1), result_of("engine-key", 0, 2)};
    return comparison;
}

}  // namespace

TEST(ComparisonPage, TK5_shows_each_arm_with_its_share_of_the_first) {
    const std::string page = comparison_page(example());
    EXPECT_NE(page.find("raw-librdkafka"), std::string::npos);
    EXPECT_NE(page.find("<td>50 %</td>"), std::string::npos);
    EXPECT_NE(page.find("width:50.0%"), std::string::npos);
}

TEST(ComparisonPage, TK5_opens_without_a_network_and_follows_the_readers_colours) {
    const std::string page = comparison_page(example());
    EXPECT_EQ(page.find("http"), std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
    EXPECT_NE(page.find("a &lt;b&gt;"), std::string::npos);
}

TEST(ComparisonPage, TK5_shows_broken_guarantees_and_failed_runs) {
    Comparison comparison = example();
    comparison.results[1].invariants_broken = {"key_order"};
    comparison.results[1].runs[0].failure = "died: Killed";
    const std::string page = comparison_page(comparison);
    EXPECT_NE(page.find("key_order; died: Killed"), std::string::npos);
}

TEST(ComparisonPage, TK5_warns_where_the_machine_was_busy) {
    Comparison comparison = example();
    EXPECT_EQ(comparison_page(comparison).find("did much else"), std::string::npos);
    comparison.machine.load_at_start = 9;
    EXPECT_NE(comparison_page(comparison).find("did much else"), std::string::npos);
}

}  // namespace odradek::reports
