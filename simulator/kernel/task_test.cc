#include "simulator/kernel/task.h"

#include <memory>
#include <utility>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

TEST(Task, runs_what_was_put_in) {
    int runs = 0;
    Task task = [&runs] { ++runs; };
    task();
    task();
    EXPECT_EQ(runs, 2);
}

TEST(Task, moves_its_callable_and_leaves_nothing_behind) {
    const auto witness = std::make_shared<int>(7);
    Task from = [witness] {};
    Task to = std::move(from);
    EXPECT_FALSE(static_cast<bool>(from));  // NOLINT(bugprone-use-after-move): that is the rule
    EXPECT_TRUE(static_cast<bool>(to));
    EXPECT_EQ(witness.use_count(), 2);
}

TEST(Task, destroys_its_callable_once) {
    const auto witness = std::make_shared<int>(7);
    {
        Task task = [witness] {};
        task = [] {};
        EXPECT_EQ(witness.use_count(), 1);
        task = [witness] {};
    }
    EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace odradek::sim
