#include "engine/core/work/dispatch.h"

#include "engine/core/shards/test_gate.h"

#include <array>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

TestGate gate;  // open

using namespace std::chrono_literals;

constexpr std::array key_bytes{
    std::byte{0}, std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}};

/// Records of six keys, `per_key` of each.
void add_records(Shards& shards, std::int64_t per_key) {
    for (std::int64_t offset = 0; offset < per_key * 6; ++offset) {
        shards.add(
            {.offset = Offset{offset},
             .handle = RecordHandle{static_cast<std::uint64_t>(offset)},
             .key = {&key_bytes.at(static_cast<std::size_t>(offset % 6)), 1}},
            {PartitionIndex{0}, Epoch{1}},
            Instant{}
        );
    }
}

void observe(Dispatch& dispatch, Duration took, int times) {
    for (int time = 0; time < times; ++time) {
        dispatch.observe(took);
    }
}

std::size_t runs_in(const std::vector<WorkItem>& work) {
    std::size_t runs = 0;
    for (const WorkItem& item : work) {
        runs += item.continues_run ? 0U : 1U;
    }
    return runs;
}

}  // namespace

TEST(Dispatch, hands_out_as_many_runs_as_may_run_or_queue_and_no_more) {
    Shards shards{Ordering::key, NullKeys::one_lane, 1};
    add_records(shards, 2);
    Dispatch dispatch{{.concurrency_max = 3, .queue_ahead = 1}};
    std::vector<WorkItem> work;
    dispatch.fill(shards, gate, work);
    EXPECT_EQ(runs_in(work), 4U);
    dispatch.fill(shards, gate, work);
    EXPECT_EQ(runs_in(work), 4U) << "full";
    std::vector<RecordHandle> released;
    shards.settle(shards.find(work[0].work), released);
    dispatch.fill(shards, gate, work);
    EXPECT_EQ(runs_in(work), 5U);
    EXPECT_EQ(shards.runs_out(), 4U);
}

TEST(Dispatch, stops_when_nothing_is_ready) {
    Shards shards{Ordering::partition, NullKeys::one_lane, 1};
    add_records(shards, 2);
    Dispatch dispatch{{.concurrency_max = 100}};
    std::vector<WorkItem> work;
    dispatch.fill(shards, gate, work);
    EXPECT_EQ(work.size(), 1U);
}

TEST(Dispatch, starts_with_single_records_until_it_knows_the_handlers) {
    EXPECT_EQ(Dispatch{EngineOptions{}}.run_max(), 1U);
}

TEST(Dispatch, makes_runs_as_long_as_fit_into_200_microseconds_of_recent_handlers) {
    Dispatch dispatch{EngineOptions{}};
    observe(dispatch, 10us, 300);
    EXPECT_GE(dispatch.run_max(), 19U);
    EXPECT_LE(dispatch.run_max(), 20U);
    observe(dispatch, 100us, 300);
    EXPECT_LE(dispatch.run_max(), 2U);
    observe(dispatch, 1s, 20);
    EXPECT_EQ(dispatch.run_max(), 1U);
}

TEST(Dispatch, never_exceeds_the_run_limit_however_fast_handlers_are) {
    Dispatch dispatch{{.run_max = 8}};
    observe(dispatch, 0ns, 1'000);
    EXPECT_EQ(dispatch.run_max(), 8U);
    Dispatch single{{.run_max = 1}};
    observe(single, 0ns, 1'000);
    EXPECT_EQ(single.run_max(), 1U);
    Shards shards{Ordering::key, NullKeys::one_lane, 1};
    add_records(shards, 20);
    std::vector<WorkItem> work;
    dispatch.fill(shards, gate, work);
    EXPECT_EQ(work.size(), 6U * 8U);
    EXPECT_EQ(runs_in(work), 6U);
}

TEST(Dispatch, recovers_soon_from_one_handler_that_hung) {
    Dispatch dispatch{EngineOptions{}};
    observe(dispatch, 1us, 300);
    const std::uint32_t before = dispatch.run_max();
    EXPECT_GE(before, 100U);
    dispatch.observe(1h);
    EXPECT_EQ(dispatch.run_max(), 1U);
    observe(dispatch, 1us, 100);
    EXPECT_GE(dispatch.run_max(), before / 2);
}

}  // namespace odradek
