#include "simulator/checkers/judge.h"

#include "odradek/contract.h"

#include "simulator/checkers/test_trace.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(Judge, knows_its_guarantees_in_alphabetical_order) {
    EXPECT_TRUE(std::ranges::is_sorted(guarantee_rows(), {}, &GuaranteeRow::name));
    for (const Ordering ordering : {Ordering::unordered, Ordering::partition, Ordering::key}) {
        for (const std::string& name : usual_guarantees(ordering)) {
            EXPECT_TRUE(std::ranges::count(guarantee_rows(), name, &GuaranteeRow::name) == 1)
                << name;
        }
    }
}

TEST(Judge, refuses_a_guarantee_that_nobody_wrote) {
    EXPECT_THROW(Judge({}, std::vector<std::string>{"magic"}), ContractViolation);
}

TEST(Judge, keeps_the_first_violations_of_each_guarantee) {
    TestTrace trace;
    for (int offset = 0; offset < 20; ++offset) {
        trace.produced(0, offset);
    }
    EXPECT_EQ(trace.judged_by("at_least_once").size(), Violations::kept_max);
}

TEST(Judge, is_not_upset_by_events_about_what_it_has_not_seen) {
    TestTrace trace;
    trace.started(0, 0, 5).finished(0, 0, 5).committed(0, 3, 9).revoked(4, 1).down(7, "closed");
    trace.produced(0, 4).produced(0, 2).acknowledged(0, 0, 1);
    for (const GuaranteeRow& row : guarantee_rows()) {
        (void)trace.judged_by(std::string(row.name));
    }
    SUCCEED();
}

}  // namespace odradek::sim
