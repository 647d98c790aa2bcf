#include "engine/base/random.h"

#include "odradek/contract.h"

#include <array>

#include <gtest/gtest.h>

namespace odradek {

TEST(Random, draws_the_published_numbers_of_xoshiro256_plus_plus) {
    // First output for a state that splitmix64 makes from seed 0: reference C code of the authors.
    Random random{0};
    EXPECT_EQ(random.next(), 0x53175D61490B23DFU);
    EXPECT_EQ(random.next(), 0x61DA6F3DC380D507U);
}

TEST(Random, repeats_itself_for_the_same_seed) {
    Random one{7};
    Random other{7};
    for (int draw = 0; draw < 100; ++draw) {
        EXPECT_EQ(one.next(), other.next());
    }
}

TEST(Random, gives_named_streams_that_do_not_depend_on_each_other) {
    const Random root{7};
    Random first = root.split("network");
    Random second = root.split("load");
    EXPECT_NE(first.next(), second.next());
    Random again = root.split("load");
    Random untouched = root.split("load");
    again.next();
    EXPECT_NE(again.next(), untouched.next());
}

TEST(Random, stays_inside_its_bounds) {
    Random random{1};
    std::array<int, 3> seen{};
    for (int draw = 0; draw < 300; ++draw) {
        ++seen.at(random.below(3));
        const std::int64_t value = random.between(-2, 2);
        EXPECT_GE(value, -2);
        EXPECT_LE(value, 2);
    }
    for (const int count : seen) {
        EXPECT_GT(count, 50);
    }
    EXPECT_THROW(random.below(0), ContractViolation);
}

TEST(Random, takes_a_chance_as_often_as_it_says) {
    Random random{3};
    int taken = 0;
    for (int draw = 0; draw < 10'000; ++draw) {
        taken += random.chance({.part = 1, .whole = 20}) ? 1 : 0;
    }
    EXPECT_NEAR(taken, 500, 100);
    EXPECT_FALSE(random.chance({.part = 0, .whole = 5}));
    EXPECT_TRUE(random.chance({.part = 5, .whole = 5}));
}

}  // namespace odradek
