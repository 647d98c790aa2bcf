#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace odradek {

/// A chance as a fraction of integers: `Ratio{1, 20}` is five percent.
struct Ratio {
    std::uint64_t part = 0;
    std::uint64_t whole = 1;

    friend bool operator==(const Ratio&, const Ratio&) = default;
};

/// Deterministic random numbers from one seed: xoshiro256++ (Blackman and Vigna, 2019), seeded by
/// splitmix64. Integers only, so that every machine draws the same.
class Random {
public:
    explicit Random(std::uint64_t seed);

    /// A stream of its own for `name`: drawing from one stream never shifts another.
    [[nodiscard]] Random split(std::string_view name) const;

    /// Uniform over all 64-bit values.
    std::uint64_t next();

    /// Uniform over 0 … `end` − 1 without bias (Lemire, 2019). `end` > 0.
    std::uint64_t below(std::uint64_t end);

    /// Uniform over `low` … `high`, both included. `low` ≤ `high`.
    std::int64_t between(std::int64_t low, std::int64_t high);

    /// True with the given chance. `ratio.whole` > 0.
    bool chance(Ratio ratio);

private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace odradek
