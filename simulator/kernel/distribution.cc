#include "simulator/kernel/distribution.h"

#include "odradek/contract.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace odradek::sim {
namespace {

constexpr unsigned fraction_bits = 20;

/// log2(value) as a fixed-point number with `fraction_bits` bits, rounded down. value > 0.
std::uint64_t log2_fixed(std::uint64_t value) {
    const auto whole = static_cast<unsigned>(std::bit_width(value)) - 1;
    // The mantissa in [1, 2) with 31 fractional bits; squaring doubles its logarithm, so that each
    // square above 2 is one bit of the fraction.
    std::uint64_t mantissa = whole >= 31 ? value >> (whole - 31) : value << (31 - whole);
    std::uint64_t result = whole;
    for (unsigned bit = 0; bit < fraction_bits; ++bit) {
        mantissa = (mantissa * mantissa) >> 31U;
        result <<= 1U;
        if (mantissa >= (std::uint64_t{1} << 32U)) {
            mantissa >>= 1U;
            result |= 1U;
        }
    }
    return result;
}

/// −ln(u) for u uniform in (0, 1], times `mean`.
Duration exponential_of(Duration mean, std::uint64_t bits) {
    const std::uint64_t u = (bits >> 1U) + 1;  // 1 … 2^63
    const std::uint64_t log2_inverse = (std::uint64_t{63} << fraction_bits) - log2_fixed(u);
    // ln 2 as a fraction of integers; mean in whole microseconds keeps the product inside 64 bits.
    const std::uint64_t ln_inverse = log2_inverse * 693'147 / 1'000'000;
    const auto mean_us = static_cast<std::uint64_t>(mean.count() / 1000);
    const std::uint64_t mean_ns = static_cast<std::uint64_t>(mean.count()) % 1000;
    const std::uint64_t whole = ((mean_us * ln_inverse) >> fraction_bits) * 1000;
    return Duration{static_cast<std::int64_t>(whole + ((mean_ns * ln_inverse) >> fraction_bits))};
}

}  // namespace

Distribution Distribution::fixed(Duration value) {
    expects(value >= Duration::zero());
    Distribution made;
    made.low_ = made.high_ = value;
    return made;
}

Distribution Distribution::uniform(Duration low, Duration high) {
    expects(low >= Duration::zero() && low <= high);
    Distribution made;
    made.kind_ = Kind::uniform;
    made.low_ = low;
    made.high_ = high;
    return made;
}

Distribution Distribution::exponential(Duration mean, Duration cut) {
    expects(mean >= Duration::zero() && mean <= cut);
    Distribution made;
    made.kind_ = Kind::exponential;
    made.low_ = mean;
    made.high_ = cut;
    return made;
}

Distribution Distribution::bimodal(Duration usual, Duration rare, Ratio rare_chance) {
    expects(usual >= Duration::zero() && rare >= Duration::zero());
    expects(rare_chance.whole > 0);
    Distribution made;
    made.kind_ = Kind::bimodal;
    made.low_ = usual;
    made.high_ = rare;
    made.rare_chance_ = rare_chance;
    return made;
}

Duration Distribution::draw(Random& random) const {
    switch (kind_) {
        case Kind::fixed:
            return low_;
        case Kind::uniform:
            return Duration{random.between(low_.count(), high_.count())};
        case Kind::exponential:
            return std::min(exponential_of(low_, random.next()), high_);
        case Kind::bimodal:
            return random.chance(rare_chance_) ? high_ : low_;
    }
    return low_;
}

Duration Distribution::max() const {
    return std::max(low_, high_);
}

}  // namespace odradek::sim
