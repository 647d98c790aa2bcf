#include "scenarios/fault.h"

#include <chrono>
#include <set>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;

const FaultTargets targets{.members = 3, .brokers = 2, .partitions = {4}};

}  // namespace

TEST(Faults, have_a_row_for_every_kind_with_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (const FaultRow& row : fault_rows()) {
        names.insert(row.name);
        EXPECT_EQ(row_of(row.kind).name, row.name);
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(FaultKind::foreign_metadata) + 1);
}

TEST(Faults, are_planned_in_order_inside_their_window) {
    const std::vector<Fault> faults{
        {.what = FaultKind::crash_member, .from = 2s, .to = 9s, .times = 5},
        {.what = FaultKind::compact, .from = 1s, .to = 1s, .partition = 3}};
    const auto planned = plan_faults(faults, targets, Random{5});
    ASSERT_EQ(planned.size(), 6U);
    EXPECT_EQ(planned[0].at, Instant{1s});
    EXPECT_EQ(planned[0].partition, 3);
    for (std::size_t index = 1; index < planned.size(); ++index) {
        EXPECT_GE(planned[index].at, Instant{2s});
        EXPECT_LE(planned[index].at, Instant{9s});
        EXPECT_LE(planned[index - 1].at, planned[index].at);
        EXPECT_GE(planned[index].member, 0);
        EXPECT_LT(planned[index].member, 3);
    }
}

TEST(Faults, differ_by_seed_and_repeat_for_the_same) {
    const std::vector<Fault> faults{
        {.what = FaultKind::crash_member, .from = 0s, .to = 9s, .times = 3}};
    const auto one = plan_faults(faults, targets, Random{1});
    const auto again = plan_faults(faults, targets, Random{1});
    const auto other = plan_faults(faults, targets, Random{2});
    EXPECT_EQ(one[0].at, again[0].at);
    EXPECT_NE(one[0].at, other[0].at);
}

}  // namespace odradek::scenarios
