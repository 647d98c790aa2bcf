#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace odradek {

// What a perfect hash would do with these keys: every key to each lane with equal chance, keys
// independent of each other. The measure of luck: a distribution is blamed only for what a fair
// hash would not do.

/// P(no lane has more than `most` keys) for `keys` equal keys in `lanes` > 0 lanes.
///
/// Exact: the multinomial is a row of independent truncated Poissons given their sum (Levin 1981);
/// that sum's chance is taken by a discrete Fourier transform while its deviation is below 25,
/// above by the saddlepoint with its second-order term, whose relative error there is below 1e-5.
[[nodiscard]] double fair_maximum_chance(
    std::uint64_t keys, std::uint64_t lanes, std::uint64_t most
);

/// Lanes of `lanes` that `keys` keys occupy on average: n(1 − (1 − 1/n)^m).
[[nodiscard]] double expected_lanes_used(double keys, double lanes);

enum class FairMethod : unsigned char { exact, monte_carlo };

/// Keys to be thrown: weights one by one, and those too many and too light for it as sums of the
/// first three powers of their weights.
struct FairKeys {
    std::vector<double> weights;
    double light_sum = 0;
    double light_squares = 0;
    double light_cubes = 0;
    std::uint64_t light_count = 0;

    [[nodiscard]] std::uint64_t count() const { return weights.size() + light_count; }
    [[nodiscard]] double sum() const;
    [[nodiscard]] double squares() const;
    /// All weigh the same, and none is left to the sums.
    [[nodiscard]] bool are_equal() const;
};

/// How the heaviest lane of a fair hash weighs, in the weights' unit.
struct FairMaximum {
    double mean = 0;
    double quantile = 0;  ///< of 99.9 %
    FairMethod method = FairMethod::exact;
    std::uint64_t trials = 0;  ///< of Monte Carlo
    std::vector<double>
        square_distances;  ///< Σ(load − mean)² of each trial, ascending; no light keys

    /// Share of trials at least as uneven as `square_distance`, itself counted in; needs trials.
    [[nodiscard]] double chance_of(double square_distance) const;
};

struct FairHashOptions {
    std::uint64_t seed = 20'240'601;
    std::uint64_t trials_max = 10'000;
    std::uint64_t draws_max = 60'000'000;  ///< bounds the time: about half a second
};

inline constexpr double fair_quantile = 0.999;

/// The law of the heaviest of `lanes` > 0 lanes. Exact for equal keys, by any number; otherwise
/// Monte Carlo from a fixed seed, in which the light keys' share of a lane is drawn as one number
/// with their mean, variance and skewness (Wilson and Hilferty).
[[nodiscard]] FairMaximum fair_maximum(
    const FairKeys& keys, std::uint64_t lanes, const FairHashOptions& options
);

/// The same by Monte Carlo for all keys: needed where chi-square's tables do not hold.
[[nodiscard]] FairMaximum fair_maximum_by_trials(
    const FairKeys& keys, std::uint64_t lanes, const FairHashOptions& options
);

}  // namespace odradek
