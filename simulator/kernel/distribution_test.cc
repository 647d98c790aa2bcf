#include "simulator/kernel/distribution.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

std::vector<Duration> draws(const Distribution& distribution, int count) {
    Random random{42};
    std::vector<Duration> drawn;
    for (int i = 0; i < count; ++i)
        drawn.push_back(distribution.draw(random));
    return drawn;
}

std::int64_t mean_ns(const std::vector<Duration>& drawn) {
    std::int64_t sum = 0;
    for (const Duration one : drawn)
        sum += one.count();
    return sum / static_cast<std::int64_t>(drawn.size());
}

TEST(Distribution, a_fixed_value_never_changes) {
    for (const Duration drawn : draws(Distribution::fixed(5ms), 100))
        EXPECT_EQ(drawn, 5ms);
}

TEST(Distribution, a_uniform_one_reaches_both_ends) {
    const auto drawn = draws(Distribution::uniform(Duration{3}, Duration{6}), 1000);
    EXPECT_EQ(*std::min_element(drawn.begin(), drawn.end()), Duration{3});
    EXPECT_EQ(*std::max_element(drawn.begin(), drawn.end()), Duration{6});
}

// 100,000 draws: the standard error of the mean is 0.3 %, so 2 % is more than six of them.
TEST(Distribution, an_exponential_one_has_its_mean_and_its_median) {
    auto drawn = draws(Distribution::exponential(10ms, 1s), 100'000);
    EXPECT_NEAR(static_cast<double>(mean_ns(drawn)), 10e6, 0.2e6);
    std::nth_element(drawn.begin(), drawn.begin() + 50'000, drawn.end());
    EXPECT_NEAR(static_cast<double>(drawn[50'000].count()), 6.931e6, 0.14e6);
}

TEST(Distribution, an_exponential_one_is_cut) {
    for (const Duration drawn : draws(Distribution::exponential(10ms, 15ms), 1000)) {
        EXPECT_LE(drawn, 15ms);
    }
}

TEST(Distribution, a_bimodal_one_is_rare_as_often_as_asked) {
    const auto drawn = draws(Distribution::bimodal(1ms, 200ms, {1, 100}), 100'000);
    const auto rare = std::count(drawn.begin(), drawn.end(), Duration{200ms});
    EXPECT_NEAR(static_cast<double>(rare), 1000, 200);
    EXPECT_EQ(std::count(drawn.begin(), drawn.end(), Duration{1ms}), 100'000 - rare);
}

}  // namespace
}  // namespace odradek::sim
