#include "simulator/checkers/commit_text.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(CommitText, counts_utf16_units) {
    EXPECT_EQ(utf16_units(""), 0U);
    EXPECT_EQ(utf16_units("abc"), 3U);
    EXPECT_EQ(utf16_units("\xC3\xA9\xE2\x82\xAC"), 2U);
    EXPECT_EQ(utf16_units("\xF0\x9F\x98\x80"), 2U);
}

TEST(CommitText, trusts_no_text_that_is_not_a_map) {
    EXPECT_TRUE(completed_above(Offset{5}, "").empty());
    EXPECT_TRUE(completed_above(Offset{5}, "owner=somebody else").empty());
}

}  // namespace odradek::sim
