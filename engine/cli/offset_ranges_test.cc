#include "engine/cli/offset_ranges.h"

#include <gtest/gtest.h>

namespace odradek {

TEST(OffsetRanges, are_read_as_they_are_written) {
    for (const std::string_view text : {"", "15", "11-12,15,20-39", "0"}) {
        const auto ranges = parse_ranges(text);
        ASSERT_TRUE(ranges.has_value()) << text;
        EXPECT_EQ(text_of_ranges(*ranges), text);
    }
    EXPECT_EQ(text_of_ranges(*parse_ranges(" 1 - 2 , 4\n")), "1-2,4");
}

TEST(OffsetRanges, name_all_parts_that_are_wrong_at_once) {
    const auto ranges = parse_ranges("1-2,x,5-4,,7");
    ASSERT_FALSE(ranges.has_value());
    ASSERT_EQ(ranges.error().size(), 3U);
    EXPECT_EQ(ranges.error()[0].column, 5U);
    EXPECT_EQ(ranges.error()[1].column, 7U);
    EXPECT_EQ(ranges.error()[2].column, 11U);
}

TEST(OffsetRanges, refuse_what_is_no_offset) {
    for (const std::string_view text : {"-1", "1-", "99999999999999999999", "1.5", "1-2-3"}) {
        EXPECT_FALSE(parse_ranges(text).has_value()) << text;
    }
}

}  // namespace odradek
