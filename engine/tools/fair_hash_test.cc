#include "engine/tools/fair_hash.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// P(max ≤ most) by counting all lanes^keys ways.
double counted_chance(std::uint64_t keys, std::uint64_t lanes, std::uint64_t most) {
    std::uint64_t ways = 1;
    for (std::uint64_t i = 0; i < keys; ++i) {
        ways *= lanes;
    }
    std::uint64_t good = 0;
    for (std::uint64_t way = 0; way < ways; ++way) {
        std::vector<std::uint64_t> counts(lanes);
        std::uint64_t rest = way;
        bool fits = true;
        for (std::uint64_t i = 0; i < keys; ++i, rest /= lanes) {
            fits = fits && ++counts[rest % lanes] <= most;
        }
        good += fits ? 1U : 0U;
    }
    return static_cast<double>(good) / static_cast<double>(ways);
}

FairKeys equal_keys(std::size_t count, double weight = 1) {
    FairKeys keys;
    keys.weights.assign(count, weight);
    return keys;
}

}  // namespace

TEST(FairMaximumChance, equals_what_counting_every_way_gives) {
    for (std::uint64_t lanes = 1; lanes <= 5; ++lanes) {
        for (std::uint64_t keys = 0; keys <= 8; ++keys) {
            for (std::uint64_t most = 0; most <= keys; ++most) {
                EXPECT_NEAR(
                    fair_maximum_chance(keys, lanes, most), counted_chance(keys, lanes, most), 1e-9
                ) << keys
                  << " keys, " << lanes << " lanes, at most " << most;
            }
        }
    }
}

// The birthday problem: 23 people, P(all different) = 0.492702766.
TEST(FairMaximumChance, solves_the_birthday_problem) {
    EXPECT_NEAR(fair_maximum_chance(23, 365, 1), 0.4927027657, 1e-9);
    EXPECT_NEAR(fair_maximum_chance(87, 365, 2), 0.5005, 1e-4);  // three the same: 88 people
    EXPECT_NEAR(fair_maximum_chance(88, 365, 2), 0.4889, 1e-4);
}

// Two lanes: a binomial. P(max ≤ 5,100 of 10,000) = P(4,900 ≤ heads ≤ 5,100) = 0.955574
TEST(FairMaximumChance, is_the_binomial_for_two_lanes) {
    EXPECT_NEAR(fair_maximum_chance(10'000, 2, 5'100), 0.9555742009, 1e-9);
    EXPECT_NEAR(fair_maximum_chance(100, 2, 60), 0.9647997998, 1e-9);
}

// The recursion over lanes, P(next lane has x) binomial: exact, and too slow to use.
double recursion(std::uint64_t keys, std::uint64_t lanes, std::uint64_t most) {
    std::vector<double> left(keys + 1);
    left[keys] = 1;
    for (std::uint64_t lane = lanes; lane > 1; --lane) {
        std::vector<double> next(keys + 1);
        const double share = 1 / static_cast<double>(lane);
        for (std::uint64_t rest = 0; rest <= keys; ++rest) {
            if (left[rest] < 1e-15) continue;
            const auto r = static_cast<double>(rest);
            for (std::uint64_t taken = 0; taken <= std::min(rest, most); ++taken) {
                const auto x = static_cast<double>(taken);
                next[rest - taken] +=
                    left[rest] *
                    std::exp(
                        std::lgamma(r + 1) - std::lgamma(x + 1) - std::lgamma(r - x + 1) +
                        x * std::log(share) + (r - x) * std::log1p(-share)
                    );
            }
        }
        left = next;
    }
    double sum = 0;
    for (std::uint64_t rest = 0; rest <= std::min(keys, most); ++rest) {
        sum += left[rest];
    }
    return sum;
}

TEST(FairMaximumChance, stays_within_its_stated_error_where_the_saddlepoint_takes_over) {
    for (const std::uint64_t most : {255U, 265U, 280U, 300U}) {
        EXPECT_NEAR(fair_maximum_chance(720, 3, most), recursion(720, 3, most), 0.0012) << most;
    }
    for (const std::uint64_t most : {68U, 72U, 78U, 86U, 95U}) {
        EXPECT_NEAR(fair_maximum_chance(720, 12, most), recursion(720, 12, most), 4e-5) << most;
    }
}

TEST(FairMaximumChance, goes_over_from_transform_to_saddlepoint_without_a_step) {
    double before = 0;
    for (std::uint64_t most = 60; most < 120; ++most) {
        const double chance = fair_maximum_chance(720, 12, most);
        EXPECT_GE(chance, before - 1e-7) << most;
        before = chance;
    }
    EXPECT_NEAR(before, 1, 1e-7);
}

TEST(FairMaximumChance, holds_for_ten_million_keys) {
    const double mean = 1e7 / 144;
    const auto at = [&](double deviations) {
        return fair_maximum_chance(
            10'000'000, 144, static_cast<std::uint64_t>(mean + deviations * std::sqrt(mean))
        );
    };
    // independent normal lanes: Φ(z)^144, within what the shared sum changes
    EXPECT_NEAR(at(3), std::pow(0.9986501, 144), 0.01);
    EXPECT_NEAR(at(4.5), std::pow(0.9999966, 144), 0.001);
    EXPECT_LT(at(0.5), 1e-6);
}

// 10 keys in 10 lanes leave 3.5 lanes idle (the landscape's example).
TEST(ExpectedLanesUsed, tells_how_many_lanes_luck_leaves_idle) {
    EXPECT_NEAR(expected_lanes_used(10, 10), 6.513216, 1e-6);
    EXPECT_NEAR(expected_lanes_used(4, 5), 2.952, 1e-9);
    EXPECT_EQ(expected_lanes_used(0, 5), 0);
    EXPECT_EQ(expected_lanes_used(7, 1), 1);
    EXPECT_EQ(expected_lanes_used(0, 1), 0);
}

// 4 keys, 5 lanes: E max = Σ k P(max = k) = (1·120 + 2·420 + 3·80 + 4·5) / 625.
TEST(FairMaximum, has_the_mean_and_quantile_of_the_small_case_worked_by_hand) {
    const FairMaximum law = fair_maximum(equal_keys(4), 5, {});
    EXPECT_EQ(law.method, FairMethod::exact);
    EXPECT_NEAR(law.mean, (120.0 + 2 * 420 + 3 * 80 + 4 * 5) / 625, 1e-9);
    EXPECT_EQ(law.quantile, 4);
}

TEST(FairMaximum, scales_with_the_weight_of_equal_keys) {
    const FairMaximum one = fair_maximum(equal_keys(50), 12, {});
    const FairMaximum many = fair_maximum(equal_keys(50, 7), 12, {});
    EXPECT_NEAR(many.mean, 7 * one.mean, 1e-9);
    EXPECT_EQ(many.quantile, 7 * one.quantile);
}

TEST(FairMaximum, gives_the_same_by_trials_as_exactly) {
    for (const std::size_t count : {5U, 40U, 500U}) {
        const FairMaximum exact = fair_maximum(equal_keys(count), 12, {});
        const FairMaximum trials = fair_maximum_by_trials(equal_keys(count), 12, {});
        EXPECT_EQ(trials.method, FairMethod::monte_carlo);
        EXPECT_NEAR(trials.mean, exact.mean, 0.02 * exact.mean) << count;
        EXPECT_NEAR(trials.quantile, exact.quantile, 1.5) << count;
    }
}

TEST(FairMaximum, draws_light_keys_in_one_as_if_they_were_thrown_one_by_one) {
    FairKeys thrown;
    FairKeys summed;
    for (int i = 0; i < 6'000; ++i) {
        const double weight = i < 20 ? 300 : 1 + i % 5;
        thrown.weights.push_back(weight);
        if (i < 20) {
            summed.weights.push_back(weight);
        } else {
            ++summed.light_count;
            summed.light_sum += weight;
            summed.light_squares += weight * weight;
            summed.light_cubes += weight * weight * weight;
        }
    }
    const FairMaximum one = fair_maximum(thrown, 24, {.draws_max = 12'000'000});
    const FairMaximum other = fair_maximum(summed, 24, {.draws_max = 12'000'000});
    EXPECT_NEAR(other.mean, one.mean, 0.01 * one.mean);
    EXPECT_NEAR(other.quantile, one.quantile, 0.04 * one.quantile);
}

TEST(FairMaximum, is_never_below_the_heaviest_key) {
    FairKeys keys = equal_keys(100);
    keys.weights.push_back(1'000);
    const FairMaximum law = fair_maximum(keys, 10, {});
    EXPECT_GE(law.mean, 1'000);
    EXPECT_LT(law.mean, 1'100);
}

TEST(FairMaximum, repeats_itself) {
    FairKeys keys = equal_keys(100);
    keys.weights.push_back(3);
    EXPECT_EQ(fair_maximum(keys, 10, {}).mean, fair_maximum(keys, 10, {}).mean);
}

TEST(FairMaximum, knows_how_often_luck_is_as_uneven) {
    const FairMaximum law = fair_maximum_by_trials(equal_keys(2), 2, {});
    // two keys: apart in half of the cases (distance 0), together in the other half (distance 2)
    EXPECT_NEAR(law.chance_of(2), 0.5, 0.02);
    EXPECT_EQ(law.chance_of(0), 1);
    EXPECT_LT(law.chance_of(3), 0.001);
}

}  // namespace odradek
