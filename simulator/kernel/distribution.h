#pragma once

#include "odradek/clock.h"

#include "engine/base/random.h"

namespace odradek::sim {

/// A random span of time, drawn with integers only, so that every machine draws the same.
///
///   Distribution::fixed(5ms)               always 5 ms
///   Distribution::uniform(0ms, 5ms)        both ends included
///   Distribution::exponential(5ms, 1s)     mean before the cut, cut at the second value
///   Distribution::bimodal(1ms, 200ms, {1, 100})   the second with the given chance, else the first
class Distribution {
public:
    enum class Kind : unsigned char { fixed, uniform, exponential, bimodal };

    [[nodiscard]] static Distribution fixed(Duration value);
    [[nodiscard]] static Distribution uniform(Duration low, Duration high);
    [[nodiscard]] static Distribution exponential(Duration mean, Duration cut);
    [[nodiscard]] static Distribution bimodal(Duration usual, Duration rare, Ratio rare_chance);

    /// Zero for ever.
    Distribution() = default;

    [[nodiscard]] Duration draw(Random& random) const;

    [[nodiscard]] Kind kind() const { return kind_; }

    /// Largest value that can be drawn.
    [[nodiscard]] Duration max() const;

    friend bool operator==(const Distribution&, const Distribution&) = default;

private:
    Kind kind_ = Kind::fixed;
    Duration low_{};
    Duration high_{};
    Ratio rare_chance_{};
};

}  // namespace odradek::sim
