#include "reports/compare/plan.h"

#include "reports/compare/arm.h"

#include <gtest/gtest.h>

namespace odradek::reports {

TEST(Plan, TK5_every_preset_reads_and_names_itself) {
    for (const Preset& preset : presets()) {
        const auto plan = load_plan(std::string(preset.name));
        ASSERT_TRUE(plan.has_value()) << to_string(plan.error().front());
        EXPECT_EQ(plan->name, preset.name);
        EXPECT_EQ(plan->repeat, 3U);
        for (const PlanCell& cell : plan->cells) {
            EXPECT_FALSE(cell.arms.empty());
        }
    }
}

TEST(Plan, TK5_lists_are_axes) {
    const auto plan = parse_plan(
        "cells: [{keys: [1, 'zipf:9:1'], concurrency: [4, 8, 16], arms: [engine-key]}]", "p.yaml"
    );
    ASSERT_TRUE(plan.has_value());
    ASSERT_EQ(plan->cells.size(), 6U);
    EXPECT_EQ(plan->cells[0].workload.keys.count, 1U);
    EXPECT_EQ(plan->cells[5].workload.keys.exponent, 1.0);
    EXPECT_EQ(plan->cells[5].workload.concurrency, 16U);
}

TEST(Plan, TK5_says_every_mistake_with_its_place) {
    const auto plan = parse_plan(
        "plan: mine\n"
        "cells:\n"
        "  - recods: 5\n"
        "    keys: many\n"
        "    handler: nap:5ms\n"
        "    arms: [engine-kee]\n",
        "mine.yaml"
    );
    ASSERT_FALSE(plan.has_value());
    ASSERT_EQ(plan.error().size(), 4U);
    std::string all;
    for (const ConfigError& error : plan.error()) {
        all += to_string(error) + "\n";
    }
    EXPECT_NE(all.find("mine.yaml:3:5"), std::string::npos) << all;
    EXPECT_NE(all.find("did you mean 'records'"), std::string::npos) << all;
    EXPECT_NE(all.find("mine.yaml:4:11: expected a number of keys"), std::string::npos) << all;
    EXPECT_NE(all.find("mine.yaml:5:14: expected a handler"), std::string::npos) << all;
    EXPECT_NE(all.find("engine-key"), std::string::npos) << all;
}

TEST(Plan, TK5_names_the_nearest_plan) {
    const auto plan = load_plan("table1");
    ASSERT_FALSE(plan.has_value());
    EXPECT_EQ(plan.error()[0].help, "did you mean 'table-1'?");
}

TEST(Plan, TK5_a_command_line_changes_every_cell_and_equal_ones_are_measured_once) {
    auto plan = *load_plan("no-op");
    ASSERT_EQ(plan.cells.size(), 2U);
    change(plan, {.arms = {{"engine-key"}}, .keys = {{.count = 5}}, .repeat = 7});
    ASSERT_EQ(plan.cells.size(), 1U);
    EXPECT_EQ(plan.cells[0].workload.keys.count, 5U);
    EXPECT_EQ(plan.cells[0].arms, std::vector<std::string>{"engine-key"});
    EXPECT_EQ(plan.repeat, 7U);
}

TEST(Plan, TK5_every_arm_has_a_name_of_its_own) {
    for (const ArmRow& row : arm_rows()) {
        EXPECT_EQ(find_arm(row.name), &row);
    }
    EXPECT_EQ(find_arm("engine"), nullptr);
}

}  // namespace odradek::reports
