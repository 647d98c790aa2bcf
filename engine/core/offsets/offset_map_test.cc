#include "engine/core/offsets/offset_map.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

OffsetRange range(std::int64_t begin, std::int64_t end) {
    return {Offset{begin}, Offset{end}};
}

}  // namespace

TEST(OffsetMap, sorts_and_merges_what_is_finished) {
    const OffsetMap map = make_offset_map(
        Offset{10}, {range(30, 31), range(15, 16), range(11, 13), range(12, 14), range(16, 17)}
    );
    EXPECT_EQ(map.next_to_read, Offset{10});
    EXPECT_EQ(map.completed, (std::vector{range(11, 14), range(15, 17), range(30, 31)}));
    EXPECT_EQ(to_string(map), "next_to_read 10, completed 11-13,15-16,30");
}

TEST(OffsetMap, moves_next_to_read_over_what_is_finished_there) {
    const OffsetMap map = make_offset_map(Offset{10}, {range(5, 7), range(8, 12), range(12, 20)});
    EXPECT_EQ(map.next_to_read, Offset{20});
    EXPECT_TRUE(map.completed.empty());
}

TEST(OffsetMap, knows_its_open_ranges_and_its_runs) {
    const OffsetMap map = make_offset_map(Offset{10}, {range(11, 14), range(15, 17)});
    EXPECT_EQ(open_ranges(map), (std::vector{range(10, 11), range(14, 15)}));
    EXPECT_EQ(runs_of(map), (std::vector<RunPair>{{1, 3}, {1, 2}}));
    EXPECT_EQ(map_of(Offset{10}, runs_of(map)), map);
    EXPECT_EQ(completed_count(map), 5);
}

TEST(OffsetMap, is_cut_inside_a_range_too) {
    const OffsetMap map = make_offset_map(Offset{10}, {range(11, 14), range(15, 17)});
    EXPECT_EQ(cut_at(map, Offset{17}), map);
    EXPECT_EQ(cut_at(map, Offset{16}).completed, (std::vector{range(11, 14), range(15, 16)}));
    EXPECT_EQ(cut_at(map, Offset{15}).completed, (std::vector{range(11, 14)}));
    EXPECT_TRUE(cut_at(map, Offset{11}).completed.empty());
}

TEST(OffsetMap, is_invalid_when_ranges_touch_overlap_are_empty_or_lie_too_low) {
    EXPECT_TRUE(is_valid({Offset{0}, {range(1, 2), range(3, 4)}}));
    EXPECT_FALSE(is_valid({Offset{0}, {range(0, 2)}}));
    EXPECT_FALSE(is_valid({Offset{0}, {range(1, 2), range(2, 4)}}));
    EXPECT_FALSE(is_valid({Offset{0}, {range(3, 4), range(1, 2)}}));
    EXPECT_FALSE(is_valid({Offset{0}, {range(3, 3)}}));
    EXPECT_FALSE(is_valid({Offset{-1}, {}}));
}

}  // namespace odradek
