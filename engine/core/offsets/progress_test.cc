#include "engine/core/offsets/progress.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using enum Progress::Admission;

OffsetRange range(std::int64_t begin, std::int64_t end) {
    return {Offset{begin}, Offset{end}};
}

Progress started_at(std::int64_t offset) {
    return Progress{OffsetMap{Offset{offset}, {}}};
}

}  // namespace

TEST(Progress, commits_up_to_the_first_unfinished_offset) {
    Progress progress = started_at(5);
    for (const std::int64_t offset : {5, 6, 7}) {
        EXPECT_EQ(progress.admit(Offset{offset}), take);
    }
    EXPECT_EQ(progress.next_to_read(), Offset{5});
    EXPECT_TRUE(progress.finish(Offset{6}));
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{5}, {range(6, 7)}}));
    EXPECT_TRUE(progress.finish(Offset{5}));
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{7}, {}}));
    EXPECT_TRUE(progress.finish(Offset{7}));
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{8}, {}}));
}

TEST(Progress, does_not_take_what_is_seen_for_done) {
    Progress progress = started_at(0);
    progress.admit(Offset{0});
    progress.admit(Offset{1});
    EXPECT_FALSE(progress.is_dirty());
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{0}, {}}));
}

TEST(Progress, PC16_counts_offsets_that_do_not_exist_as_finished) {
    Progress progress = started_at(0);  // #16 gaps: 0, 2, 4, 6 finished as 0, 2, 6, 4
    for (const std::int64_t offset : {0, 2, 4, 6}) {
        progress.admit(Offset{offset});
    }
    progress.finish(Offset{0});
    progress.finish(Offset{2});
    progress.finish(Offset{6});
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{4}, {range(5, 7)}}));
    progress.finish(Offset{4});
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{7}, {}}));
}

TEST(Progress, finishes_each_offset_once) {
    Progress progress = started_at(0);
    progress.admit(Offset{0});
    EXPECT_FALSE(progress.finish(Offset{1}));
    EXPECT_TRUE(progress.finish(Offset{0}));
    EXPECT_FALSE(progress.finish(Offset{0}));
}

TEST(Progress, skips_what_the_committed_map_says_is_done_and_keeps_it_in_its_own_map) {
    Progress progress{OffsetMap{Offset{100}, {range(102, 104), range(110, 200)}}};
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{100}, {range(102, 104), range(110, 200)}}));
    EXPECT_EQ(progress.admit(Offset{100}), take);
    EXPECT_EQ(progress.admit(Offset{101}), take);
    EXPECT_EQ(progress.admit(Offset{102}), done_before);
    EXPECT_EQ(progress.admit(Offset{103}), done_before);
    EXPECT_EQ(progress.admit(Offset{104}), take);
    progress.finish(Offset{100});
    progress.finish(Offset{101});
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{104}, {range(110, 200)}}));
    progress.finish(Offset{104});
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{105}, {range(110, 200)}}));
    for (std::int64_t offset = 105; offset < 110; ++offset) {
        progress.admit(Offset{offset});
        progress.finish(Offset{offset});
    }
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{200}, {}}));
}

TEST(Progress, starts_at_the_first_record_where_nothing_is_committed) {
    Progress progress;
    EXPECT_EQ(progress.next_to_read(), no_offset);
    EXPECT_EQ(progress.admit(Offset{40}), take);
    EXPECT_EQ(progress.next_to_read(), Offset{40});
    progress.finish(Offset{40});
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{41}, {}}));
}

TEST(Progress, drops_the_map_where_the_log_starts_below_the_committed_offset) {
    Progress progress{OffsetMap{Offset{100}, {range(110, 200)}}};  // truncated: #19
    EXPECT_EQ(progress.admit(Offset{50}), take);
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{50}, {}}));
    progress.finish(Offset{50});
    EXPECT_EQ(progress.snapshot(), (OffsetMap{Offset{51}, {}}));
    EXPECT_EQ(progress.admit(Offset{110}), take);
}

TEST(Progress, forgets_open_offsets_that_no_longer_exist) {
    Progress progress{OffsetMap{Offset{10}, {range(12, 15)}}};  // #17: 10 and 11 compacted away
    EXPECT_EQ(progress.admit(Offset{15}), take);
    EXPECT_EQ(progress.next_to_read(), Offset{15});
}

TEST(Progress, names_what_was_delivered_twice) {
    Progress progress = started_at(0);
    progress.admit(Offset{0});
    EXPECT_EQ(progress.admit(Offset{0}), redelivered);
    progress.finish(Offset{0});
    EXPECT_EQ(progress.admit(Offset{0}), redelivered);
}

TEST(Progress, is_dirty_until_the_broker_has_acknowledged_its_latest_version) {
    Progress progress = started_at(0);
    progress.admit(Offset{0});
    progress.admit(Offset{1});
    progress.finish(Offset{0});
    const std::uint64_t sent = progress.version();
    EXPECT_TRUE(progress.is_dirty());
    progress.finish(Offset{1});
    progress.acknowledge(sent);
    EXPECT_TRUE(progress.is_dirty());
    progress.acknowledge(progress.version());
    EXPECT_FALSE(progress.is_dirty());
}

}  // namespace odradek
