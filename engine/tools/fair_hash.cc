#include "engine/tools/fair_hash.h"

#include "odradek/contract.h"

#include "engine/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <numeric>

#include <boost/math/distributions/binomial.hpp>

namespace odradek {

namespace {

/// A Poisson of rate `rate` cut off above `most`: its terms, and what they sum to.
struct CutPoisson {
    std::uint64_t first = 0;      ///< the number that chances[0] belongs to
    std::vector<double> chances;  ///< of first, first + 1, …, up to `most`; they add up to 1
    double log_mass = 0;          ///< ln Σ rate^j / j!

    CutPoisson(double rate, std::uint64_t most) {
        const auto mode = std::min(most, static_cast<std::uint64_t>(rate));
        constexpr double negligible = 1e-19;
        std::vector<double> below;
        double term = 1;
        for (std::uint64_t j = mode; j > 0 && term > negligible; --j) {
            term *= static_cast<double>(j) / rate;
            below.push_back(term);
        }
        first = mode - below.size();
        chances.assign(below.rbegin(), below.rend());
        chances.push_back(1);
        term = 1;
        for (std::uint64_t j = mode + 1; j <= most && term > negligible; ++j) {
            term *= rate / static_cast<double>(j);
            chances.push_back(term);
        }
        const double sum = std::accumulate(chances.begin(), chances.end(), 0.0);
        for (double& chance : chances) {
            chance /= sum;
        }
        const auto peak = static_cast<double>(mode);
        log_mass = std::log(sum) + peak * std::log(rate) - std::lgamma(peak + 1);
    }

    [[nodiscard]] double mean() const {
        double sum = 0;
        for (std::size_t at = 0; at < chances.size(); ++at) {
            sum += chances[at] * static_cast<double>(at);
        }
        return sum + static_cast<double>(first);
    }

    /// Central moments 2, 3 and 4.
    [[nodiscard]] std::array<double, 3> moments() const {
        const double center = mean() - static_cast<double>(first);
        std::array<double, 3> sums{};
        for (std::size_t at = 0; at < chances.size(); ++at) {
            const double away = static_cast<double>(at) - center;
            const double square = chances[at] * away * away;
            sums[0] += square;
            sums[1] += square * away;
            sums[2] += square * away * away;
        }
        return sums;
    }
};

/// The rate whose Poisson, cut off above `most`, has the mean `mean` < most.
double tilted_rate(double mean, std::uint64_t most) {
    double log_rate = std::log(mean);
    double low = log_rate;  // cutting only lowers the mean
    double high = std::numeric_limits<double>::infinity();
    for (int step = 0; step < 200; ++step) {
        const CutPoisson cut{std::exp(log_rate), most};
        const double excess = cut.mean() - mean;
        if (std::abs(excess) < 1e-12 * mean) break;
        (excess < 0 ? low : high) = log_rate;
        const double newton = log_rate - excess / std::max(cut.moments()[0], 1e-9);
        const bool is_inside = newton > low && newton < high;
        const double middle = std::isinf(high) ? low + 1 : (low + high) / 2;
        log_rate = is_inside && std::abs(newton - log_rate) < 2 ? newton : middle;
        if (high - low < 1e-15) break;
    }
    return std::exp(log_rate);
}

/// P(the sum of `lanes` such numbers is `keys`), their mean being keys / lanes.
double chance_of_sum(const CutPoisson& cut, std::uint64_t lanes, std::uint64_t keys) {
    const auto [square, cube, fourth] = cut.moments();
    const auto n = static_cast<double>(lanes);
    const double deviation = std::sqrt(n * square);
    if (deviation > 25) {
        const double kurtosis = (fourth - 3 * square * square) / (square * square);
        const double skewness = cube * cube / (square * square * square);
        const double second_order = 1 + (kurtosis / 8 - 5 * skewness / 24) / n;
        return second_order / (deviation * std::sqrt(2 * std::numbers::pi));
    }
    const auto period = static_cast<std::uint64_t>(80 * deviation) + 64;
    const double step = 2 * std::numbers::pi / static_cast<double>(period);
    double sum = 1;
    for (std::uint64_t m = 1; m < period; ++m) {
        const double angle = step * static_cast<double>(m);
        std::complex<double> transform = 0;
        for (std::size_t at = 0; at < cut.chances.size(); ++at) {
            const auto j = static_cast<double>(cut.first + at);
            transform += std::polar(cut.chances[at], std::fmod(angle * j, 2 * std::numbers::pi));
        }
        const double turn = n * std::arg(transform) - angle * static_cast<double>(keys);
        sum += std::pow(std::abs(transform), n) * std::cos(turn);
    }
    return sum / static_cast<double>(period);
}

/// Mean and quantile of an integer whose distribution function is `chance_of_at_most`, which is 0
/// below `least` and 1 from `greatest` on.
template <typename Chance>
FairMaximum summarized(std::uint64_t least, std::uint64_t greatest, Chance chance_of_at_most) {
    const auto first_with = [&](double chance) {
        std::uint64_t low = least;
        std::uint64_t high = greatest;
        for (std::uint64_t reach = 1; low + reach < high; reach *= 2) {
            if (chance_of_at_most(low + reach) >= chance) {
                high = low + reach;
                break;
            }
        }
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            if (chance_of_at_most(middle) >= chance) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    };
    const std::uint64_t begin = first_with(1e-9);
    const std::uint64_t end = first_with(1 - 1e-9);
    const std::uint64_t stride = std::max<std::uint64_t>(1, (end - begin) / 64);
    // mean = Σ P(max > k); with a stride, the rule of midpoints over the smooth part
    double mean = static_cast<double>(begin);
    for (std::uint64_t k = begin; k < end; k += stride) {
        const std::uint64_t width = std::min(stride, end - k);
        mean += static_cast<double>(width) * (1 - chance_of_at_most(k + (width - 1) / 2));
    }
    return {
        .mean = mean,
        .quantile = static_cast<double>(first_with(fair_quantile)),
        .method = FairMethod::exact,
        .trials = 0,
        .square_distances = {}};
}

double to_unit(std::uint64_t bits) {
    return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

/// Standard normal numbers (Box and Muller).
class Normal {
public:
    explicit Normal(Random& random) : random_(random) {}

    double draw() {
        if (has_spare_) {
            has_spare_ = false;
            return spare_;
        }
        const double radius = std::sqrt(-2 * std::log(1 - to_unit(random_.next())));
        const double angle = 2 * std::numbers::pi * to_unit(random_.next());
        spare_ = radius * std::sin(angle);
        has_spare_ = true;
        return radius * std::cos(angle);
    }

private:
    Random& random_;
    double spare_ = 0;
    bool has_spare_ = false;
};

/// Adds what the light keys bring to each lane: right mean, variance and skewness, the sum kept.
void add_light(const FairKeys& keys, Normal& normal, std::vector<double>& loads) {
    const auto lanes = static_cast<double>(loads.size());
    const double deviation = std::sqrt(keys.light_squares / lanes);
    const double skewness =
        keys.light_cubes / lanes / (deviation * deviation * deviation);  // of a compound Poisson
    double excess = 0;
    std::vector<double> shares(loads.size());
    for (double& share : shares) {
        const double cube_root = 1 + skewness * normal.draw() / 6 - skewness * skewness / 36;
        share = deviation * 2 / skewness * (cube_root * cube_root * cube_root - 1);
        excess += share;
    }
    for (std::size_t lane = 0; lane < loads.size(); ++lane) {
        loads[lane] += keys.light_sum / lanes + shares[lane] - excess / lanes;
    }
}

}  // namespace

double FairKeys::sum() const {
    return std::accumulate(weights.begin(), weights.end(), light_sum);
}

double FairKeys::squares() const {
    return std::inner_product(weights.begin(), weights.end(), weights.begin(), light_squares);
}

bool FairKeys::are_equal() const {
    if (weights.empty()) return light_count == 0;
    const double one = weights.front();
    const bool are_listed =
        std::ranges::all_of(weights, [&](double other) { return other == one; });
    const auto light = static_cast<double>(light_count);
    return are_listed && light_sum == light * one && light_squares == light * one * one;
}

double FairMaximum::chance_of(double square_distance) const {
    expects(!square_distances.empty());
    const double almost = square_distance * (1 - 1e-9);
    const auto from = std::ranges::lower_bound(square_distances, almost);
    const auto as_uneven = static_cast<double>(square_distances.end() - from);
    return (as_uneven + 1) / (static_cast<double>(square_distances.size()) + 1);
}

double fair_maximum_chance(std::uint64_t keys, std::uint64_t lanes, std::uint64_t most) {
    expects(lanes > 0);
    if (most >= keys) return 1;
    if (most == 0 || keys / most > lanes || (keys / most == lanes && keys % most > 0)) return 0;
    const auto m = static_cast<double>(keys);
    const auto n = static_cast<double>(lanes);
    if (lanes == 2) {  // heads of a coin
        const boost::math::binomial coin{m, 0.5};
        return 1 - 2 * cdf(complement(coin, static_cast<double>(most)));
    }
    const double orders = std::lgamma(m + 1) - m * std::log(n);
    if (most * lanes == keys) {  // one way only: every lane is full
        return std::exp(orders - n * std::lgamma(static_cast<double>(most) + 1));
    }
    const double rate = tilted_rate(m / n, most);
    const CutPoisson cut{rate, most};
    const double chance = std::exp(orders - m * std::log(rate) + n * cut.log_mass) *
                          std::max(0.0, chance_of_sum(cut, lanes, keys));
    return std::min(1.0, chance);
}

double expected_lanes_used(double keys, double lanes) {
    if (keys <= 0) return 0;  // for one lane, 0 times an infinite logarithm
    return -lanes * std::expm1(keys * std::log1p(-1 / lanes));
}

FairMaximum fair_maximum_by_trials(
    const FairKeys& keys, std::uint64_t lanes, const FairHashOptions& options
) {
    expects(lanes > 0);
    const std::uint64_t draws = std::max<std::uint64_t>(keys.weights.size() + lanes, 1);
    const std::uint64_t trials =
        std::clamp<std::uint64_t>(options.draws_max / draws, 1000, options.trials_max);
    Random random = Random{options.seed}.split("fair hash");
    Normal normal{random};
    std::vector<double> maxima;
    FairMaximum law;
    law.method = FairMethod::monte_carlo;
    law.trials = trials;
    std::vector<double> loads(lanes);
    const double mean = keys.sum() / static_cast<double>(lanes);
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
        std::ranges::fill(loads, 0.0);
        for (const double weight : keys.weights) {
            loads[random.below(lanes)] += weight;
        }
        if (keys.light_squares > 0) add_light(keys, normal, loads);
        maxima.push_back(std::ranges::max(loads));
        double squares = 0;
        for (const double load : loads) {
            squares += (load - mean) * (load - mean);
        }
        law.square_distances.push_back(squares);
    }
    std::ranges::sort(maxima);
    std::ranges::sort(law.square_distances);
    law.mean = std::accumulate(maxima.begin(), maxima.end(), 0.0) / static_cast<double>(trials);
    const auto rank = static_cast<std::size_t>(fair_quantile * static_cast<double>(trials));
    law.quantile = maxima[std::min(rank, maxima.size() - 1)];
    return law;
}

FairMaximum fair_maximum(
    const FairKeys& keys, std::uint64_t lanes, const FairHashOptions& options
) {
    expects(lanes > 0);
    if (keys.count() == 0) return {};
    if (!keys.are_equal()) return fair_maximum_by_trials(keys, lanes, options);
    const std::uint64_t count = keys.count();
    FairMaximum law = summarized((count + lanes - 1) / lanes, count, [&](std::uint64_t most) {
        return fair_maximum_chance(count, lanes, most);
    });
    law.mean *= keys.weights.front();
    law.quantile *= keys.weights.front();
    return law;
}

}  // namespace odradek
