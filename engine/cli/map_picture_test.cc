#include "engine/cli/map_picture.h"

#include <gtest/gtest.h>

namespace odradek {

TEST(MapPicture, shows_each_offset_where_there_is_room) {
    const OffsetMap map = map_of(Offset{10}, {{1, 2}, {2, 3}});
    EXPECT_EQ(picture_of(map, 80, Colours::off), "10 ░██░░███ 17");
}

TEST(MapPicture, fills_the_width_and_not_more) {
    const OffsetMap map = map_of(Offset{1'000}, {{500'000, 500'000}});
    // "1,000 " and " 1,000,999" take 16 of 36.
    EXPECT_EQ(picture_of(map, 36, Colours::off), "1,000 ░░░░░░░░░░██████████ 1,000,999");
}

TEST(MapPicture, never_hides_a_single_open_offset_nor_a_single_done_one) {
    const OffsetMap one_open = map_of(Offset{0}, {{1, 499'999}, {1, 499'999}});
    EXPECT_EQ(picture_of(one_open, 20, Colours::off), "0 ▓████▓████ 999,999");
    const OffsetMap one_done = map_of(Offset{0}, {{500'000, 1}, {499'998, 1}});
    EXPECT_EQ(picture_of(one_done, 20, Colours::off), "0 ░░░░░▒░░░▒ 999,999");
}

TEST(MapPicture, keeps_ten_cells_on_the_narrowest_terminal) {
    const OffsetMap map = map_of(Offset{0}, {{10, 10}});
    EXPECT_EQ(picture_of(map, 1, Colours::off), "0 ░░░░░█████ 19");
}

TEST(MapPicture, colours_what_is_open_apart_from_what_is_done) {
    const OffsetMap map = map_of(Offset{0}, {{2, 2}});
    EXPECT_EQ(picture_of(map, 80, Colours::on), "0 \x1b[33m░░\x1b[32m██\x1b[0m 3");
}

TEST(MapPicture, of_a_map_that_says_nothing_is_empty) {
    EXPECT_EQ(picture_of({Offset{7}, {}}, 80, Colours::on), "");
}

TEST(MapPicture, groups_digits_by_three) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(-123'456), "-123,456");
    EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

}  // namespace odradek
