#include "odradek/chaos.h"

#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace odradek::chaos {

namespace {

Handler always_done() {
    return [](const RecordContext&) { return Outcome::done(); };
}

}  // namespace

TEST(OwnHandler, sees_every_record_with_its_key_and_value) {
    std::set<std::string> keys;
    std::uint64_t wrong = 0;
    const Trial trial{
        .scenario = "ordering/key-order-under-retries",
        .make_handler =
            [&](int) {
                return [&](const RecordContext& context) {
                    keys.emplace(as_text(context.record.key));
                    const std::string expected =
                        "value of " + std::to_string(context.record.offset.value());
                    if (as_text(context.record.value) != expected) ++wrong;
                    return Outcome::done();
                };
            },
        .make_value = [](const RecordId& id
                      ) { return "value of " + std::to_string(id.offset.value()); }};
    const auto result = run(trial, 3);
    ASSERT_TRUE(result.has_value()) << result.error();
    EXPECT_TRUE(result->passed) << result->story;
    EXPECT_EQ(keys.size(), 50U);
    EXPECT_EQ(wrong, 0U);
}

TEST(OwnHandler, gets_a_new_life_with_each_process) {
    std::map<int, int> lives;
    const Trial trial{.scenario = "rebalance/crash-and-return", .make_handler = [&](int member) {
                          ++lives[member];
                          return always_done();
                      }};
    const auto result = run(trial, 1);
    ASSERT_TRUE(result.has_value()) << result.error();
    int all = 0;
    for (const auto& [member, count] : lives) {
        all += count;
    }
    EXPECT_EQ(lives.size(), 3U);
    EXPECT_GT(all, 3) << "members that died came back";
}

TEST(OwnHandler, decides_what_becomes_of_a_record_and_may_throw) {
    std::map<std::int64_t, int> runs;
    const Trial trial{
        .scenario = "ordering/key-order-under-retries", .make_handler = [&](int) {
            return [&](const RecordContext& context) -> Outcome {
                if (context.record.partition == PartitionId{0} && context.attempt == 1) {
                    throw std::runtime_error("the database is away");
                }
                ++runs[context.record.offset.value()];
                return Outcome::done();
            };
        }};
    const auto result = run(trial, 3);
    ASSERT_TRUE(result.has_value()) << result.error();
    EXPECT_TRUE(result->passed) << result->story;
    EXPECT_GT(result->handled, result->records + 100);
}

TEST(OwnHandler, runs_alike_from_the_same_seed) {
    const Trial trial{.scenario = "rebalance/crash-and-return", .make_handler = [](int) {
                          return always_done();
                      }};
    EXPECT_EQ(run(trial, 4)->trace_sha256, run(trial, 4)->trace_sha256);
    EXPECT_NE(run(trial, 4)->trace_sha256, run(trial, 5)->trace_sha256);
}

TEST(OwnHandler, runs_under_the_options_of_the_service) {
    Trial trial{
        .scenario = "ordering/key-order-under-retries",
        .make_handler = [](int) { return always_done(); },
        .engine = EngineOptions{.ordering = Ordering::unordered}};
    const auto result = sweep(trial, 1, 20);
    ASSERT_TRUE(result.has_value()) << result.error();
    EXPECT_FALSE(result->passed) << "the scenario judges key order";
    ASSERT_FALSE(result->broken.empty());
    EXPECT_EQ(result->broken.front().name, "key_order");
    EXPECT_NE(result->story.find("key_order"), std::string::npos);
}

TEST(OwnHandler, names_every_mistake) {
    const Handler handler = always_done();
    const auto make = [&](int) { return handler; };
    EXPECT_NE(
        run({.scenario = "ordering/hot-kye", .make_handler = make}, 1).error().find("hot-key"),
        std::string::npos
    );
    EXPECT_FALSE(run({.scenario = "ordering/hot-key"}, 1).has_value());
    EXPECT_FALSE(run({.scenario = "standard", .make_handler = make}, 1).has_value());
    const EngineOptions none{.concurrency_max = 0};
    EXPECT_FALSE(
        run({.scenario = "ordering/hot-key", .make_handler = make, .engine = none}, 1).has_value()
    );
}

}  // namespace odradek::chaos
