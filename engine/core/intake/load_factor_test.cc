#include "engine/core/intake/load_factor.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

/// A factor for 10 handlers, 2 … 100, looked at in windows.
class Looked {
public:
    /// One window in which the buffer held from `least` to `most` records and so many runs ran.
    void window(std::size_t least, std::size_t most, std::size_t running) {
        factor.observe(most, running, now_);
        now_ += LoadFactor::window;
        factor.observe(least, running, now_);
    }

    LoadFactor factor{10, 2, 100};

private:
    Instant now_{1s};
};

}  // namespace

TEST(LoadFactor, begins_with_the_initial_one) {
    const LoadFactor factor{10, 2, 100};
    EXPECT_EQ(factor.records_max(), 20U);
    EXPECT_EQ(factor.factor(), 2.0);
}

TEST(LoadFactor, rises_while_handlers_idle_behind_a_full_buffer_up_to_its_maximum) {
    Looked looked;
    looked.window(0, 20, 3);
    looked.window(0, 20, 3);
    EXPECT_GT(looked.factor.records_max(), 20U);
    for (int window = 0; window < 100; ++window) {
        looked.window(0, 2'000, 3);
    }
    EXPECT_EQ(looked.factor.records_max(), 1'000U);
}

TEST(LoadFactor, stays_when_there_is_simply_nothing_to_do) {
    Looked looked;
    for (int window = 0; window < 100; ++window) {
        looked.window(0, 3, 1);
    }
    EXPECT_EQ(looked.factor.records_max(), 20U);
}

TEST(LoadFactor, falls_again_when_half_of_the_buffer_is_never_needed) {
    Looked looked;
    for (int window = 0; window < 20; ++window) {
        looked.window(0, 2'000, 3);
    }
    ASSERT_EQ(looked.factor.records_max(), 1'000U);
    looked.window(400, 1'000, 10);
    looked.window(400, 1'000, 10);
    EXPECT_EQ(looked.factor.records_max(), 1'000U) << "more than half of it was used";
    for (int window = 0; window < 100; ++window) {
        looked.window(1'000, 1'000, 10);
    }
    EXPECT_EQ(looked.factor.records_max(), 20U);
}

}  // namespace odradek
