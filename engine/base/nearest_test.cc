#include "engine/base/nearest.h"

#include <array>

#include <gtest/gtest.h>

namespace odradek {

TEST(Nearest, finds_a_slip_of_the_fingers_and_nothing_far) {
    const std::array<std::string_view, 3> names{"distribution", "chaos", "compare"};
    EXPECT_EQ(nearest("distributoin", names), "distribution");
    EXPECT_EQ(nearest("choas", names), "chaos");
    EXPECT_EQ(nearest("chaoss", names), "chaos");
    EXPECT_EQ(nearest("zebra", names), "");
}

}  // namespace odradek
