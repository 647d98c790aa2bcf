#include "simulator/client/handler_model.h"

#include <set>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

HandlerRun run_of(std::int64_t offset, std::uint32_t attempt = 1, std::string_view key = "k") {
    return {0, PartitionId{1}, Offset{offset}, attempt, key, true};
}

TEST(HandlerModel, equal_runs_get_equal_answers_in_any_order) {
    HandlerSpec spec;
    spec.latency = Distribution::uniform(0ms, 100ms);
    spec.retry_chance = {1, 3};
    const HandlerModel model{spec, 5};
    const HandlerAnswer before = model.run(run_of(7));
    for (int i = 0; i < 50; ++i)
        (void)model.run(run_of(i));
    EXPECT_EQ(model.run(run_of(7)).latency, before.latency);
    EXPECT_EQ(model.run(run_of(7)).result, before.result);
}

TEST(HandlerModel, other_offsets_attempts_and_seeds_get_other_answers) {
    HandlerSpec spec;
    spec.latency = Distribution::uniform(0ms, 10s);
    std::set<Duration> latencies;
    for (int i = 0; i < 100; ++i)
        latencies.insert(HandlerModel{spec, 5}.run(run_of(i)).latency);
    latencies.insert(HandlerModel{spec, 5}.run(run_of(0, 2)).latency);
    latencies.insert(HandlerModel{spec, 6}.run(run_of(0)).latency);
    EXPECT_EQ(latencies.size(), 102U);
}

TEST(HandlerModel, failures_are_as_frequent_as_asked) {
    HandlerSpec spec;
    spec.retry_chance = {1, 10};
    const HandlerModel model{spec, 5};
    int retries = 0;
    for (int i = 0; i < 10'000; ++i) {
        retries += model.run(run_of(i)).result == WorkResult::retry ? 1 : 0;
    }
    EXPECT_NEAR(retries, 1000, 150);  // five standard deviations
}

TEST(HandlerModel, a_poison_key_recovers_after_its_attempts) {
    HandlerSpec spec;
    spec.poison_keys = {"bad"};
    spec.poison_attempts = 2;
    spec.retry_delay = 3ms;
    const HandlerModel model{spec, 5};
    EXPECT_EQ(model.run(run_of(1, 2, "bad")).result, WorkResult::retry);
    EXPECT_EQ(model.run(run_of(1, 2, "bad")).retry_delay, 3ms);
    EXPECT_EQ(model.run(run_of(1, 3, "bad")).result, WorkResult::done);
    EXPECT_EQ(model.run(run_of(1, 1, "good")).result, WorkResult::done);
}

TEST(HandlerModel, a_slow_key_takes_its_own_time) {
    HandlerSpec spec;
    spec.latency = Distribution::fixed(1ms);
    spec.slow_keys = {"slow"};
    spec.slow_latency = Distribution::fixed(90s);
    const HandlerModel model{spec, 5};
    EXPECT_EQ(model.run(run_of(1, 1, "slow")).latency, 90s);
    EXPECT_EQ(model.run(run_of(1)).latency, 1ms);
}

TEST(HandlerModel, PC6_a_failed_record_of_a_batch_fails_what_is_behind_it_in_its_lane) {
    HandlerSpec spec;
    spec.poison_keys = {"p"};
    const std::vector<HandlerRun> runs{
        run_of(0), run_of(1, 1, "p"), run_of(2), run_of(3, 5, "p"), run_of(4)};
    const auto results = [&](Ordering ordering) {
        std::vector<WorkResult> all;
        for (const HandlerAnswer& answer : HandlerModel{spec, 1}.run_batch(runs, ordering))
            all.push_back(answer.result);
        return all;
    };
    using enum WorkResult;
    spec.poison_attempts = 1;
    EXPECT_EQ(results(Ordering::key), (std::vector{done, retry, done, retry, done}));
    EXPECT_EQ(results(Ordering::partition), (std::vector{done, retry, retry, retry, retry}));
    EXPECT_EQ(results(Ordering::unordered), (std::vector{done, retry, done, done, done}));
    spec.batch_answer = HandlerSpec::BatchAnswer::whole;
    EXPECT_EQ(results(Ordering::key), (std::vector{retry, retry, retry, retry, retry}));
}

}  // namespace
}  // namespace odradek::sim
