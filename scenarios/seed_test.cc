#include "scenarios/seed.h"

#include <gtest/gtest.h>

namespace odradek::scenarios {

TEST(Seed, is_decimal_or_hexadecimal_and_nothing_else) {
    EXPECT_EQ(parse_seed("7"), 7U);
    EXPECT_EQ(parse_seed("0x1F"), 31U);
    EXPECT_EQ(parse_seed("18446744073709551615"), 18446744073709551615U);
    for (const char* text : {"", "-1", "7x", "0x", "1.5", "18446744073709551616", " 7"}) {
        EXPECT_EQ(parse_seed(text), std::nullopt) << text;
    }
}

TEST(Seed, comes_from_the_first_digits_of_a_commit) {
    EXPECT_EQ(seed_of_commit("0000000000ffaaaa"), 255U);
    EXPECT_EQ(seed_of_commit("not a commit hash"), std::nullopt);
    EXPECT_EQ(seed_of_commit(""), std::nullopt);
}

}  // namespace odradek::scenarios
