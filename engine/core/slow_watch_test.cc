#include "engine/core/slow_watch.h"

#include "engine/core/test_world.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;
using Kind = Notice::Kind;

EngineOptions one_worker() {
    EngineOptions options{.concurrency_max = 1, .run_max = 1};
    options.commit.interval = 1h;
    options.slow.partition_after = 0s;
    return options;
}

std::vector<std::int64_t> offsets_named(const World& world, Kind kind) {
    std::vector<std::int64_t> offsets;
    for (const Effect& effect : world.effects.others) {
        const auto* notice = std::get_if<Notice>(&effect);
        if (notice != nullptr && notice->kind == kind) offsets.push_back(notice->offset.value());
    }
    return offsets;
}

using Offsets = std::vector<std::int64_t>;

}  // namespace

TEST(PC28_SlowWatch, names_a_record_once_when_it_has_waited_for_so_long) {
    World world{one_worker()};
    world.assign(1, Offset{0});
    world.poll(0, {"a", "b"});
    world.wait(4s);
    world.poll(2, {"c"});
    world.wait(5999ms);
    EXPECT_EQ(offsets_named(world, Kind::record_slow), (Offsets{}));
    world.wait(1ms);
    EXPECT_EQ(offsets_named(world, Kind::record_slow), (Offsets{1})) << "0 runs, 2 is younger";
    EXPECT_EQ(world.engine_.next_deadline(), at(14s));
    world.wait(4s);
    EXPECT_EQ(offsets_named(world, Kind::record_slow), (Offsets{2}));
    world.wait(1h);
    EXPECT_EQ(offsets_named(world, Kind::record_slow), (Offsets{})) << "each once";
    EXPECT_EQ(world.engine_.meters(world.now).noticed("record_slow"), 2U);
}

TEST(PC28_SlowWatch, names_a_record_that_waited_with_the_executor_when_it_has_run) {
    World world{EngineOptions{.concurrency_max = 1, .queue_ahead = 5}};
    world.assign(1, Offset{0});
    world.poll(0, {"a"});
    world.now += 10s;
    world.finish(0);  // took 1 ms: it was started too early by that
    EXPECT_EQ(offsets_named(world, Kind::record_slow), (Offsets{}));
    world.poll(1, {"a"});
    world.now += 10s + 1ms;
    world.finish(1);
    EXPECT_EQ(offsets_named(world, Kind::record_slow), (Offsets{1}));
}

TEST(PC28_SlowWatch, says_nothing_when_it_is_off) {
    EngineOptions options = one_worker();
    options.slow.record_after = 0s;
    World world{options};
    world.assign(1, Offset{0});
    world.poll(0, {"a", "b"});
    world.wait(30min);
    EXPECT_TRUE(world.effects.is_empty());
    world.finish(0);
    EXPECT_EQ(offsets_named(world, Kind::record_slow), (Offsets{}));
}

TEST(PC28_SlowWatch, names_the_record_that_holds_a_partition_back_and_when_it_goes_on) {
    EngineOptions options;
    options.slow.partition_after = 20s;
    options.commit.interval = 1h;
    World world{options};
    world.assign(1, Offset{0});
    world.poll(0, {"a", "b", "c"});
    world.wait(1s);
    world.finish(0);
    for (int second = 0; second < 20; ++second) {
        world.wait(1s);
        EXPECT_EQ(offsets_named(world, Kind::partition_stuck), (Offsets{}));
    }
    world.wait(1s);
    const Notice* stuck = world.notice(Kind::partition_stuck);
    ASSERT_NE(stuck, nullptr);
    EXPECT_EQ(stuck->offset, Offset{1});
    EXPECT_EQ(stuck->text, "holds the commit back for 20.0 s, state running");
    const Meters meters = world.engine_.meters(world.now);
    ASSERT_TRUE(meters.partitions.at(0).blocking.has_value());
    EXPECT_EQ(meters.partitions[0].blocking->offset, Offset{1});
    EXPECT_EQ(meters.partitions[0].blocking->blocked_for, 20s);
    EXPECT_EQ(meters.partitions[0].blocking->state, "running");
    world.wait(1s);
    EXPECT_EQ(world.notice(Kind::partition_stuck), nullptr) << "once";
    world.finish(1);
    world.wait(1s);
    ASSERT_NE(world.notice(Kind::partition_unstuck), nullptr);
    EXPECT_EQ(world.notice(Kind::partition_unstuck)->offset, Offset{1});
    world.finish(2);
    world.wait(1s);
    EXPECT_EQ(world.engine_.next_deadline(), at(1h)) << "nothing is open: nobody wakes up for it";
}

}  // namespace odradek
