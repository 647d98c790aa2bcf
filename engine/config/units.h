#pragma once

#include "odradek/clock.h"

#include "engine/base/random.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace odradek {

/// So many in so much time: `Rate{1000, 1s}`. Both > 0.
struct Rate {
    std::uint64_t count = 1;
    Duration per = std::chrono::seconds{1};

    friend bool operator==(const Rate&, const Rate&) = default;
};

/// The quantities that people write in files and options. Each parser takes the whole text and
/// answers, on failure, what it expected ("a duration such as 20ms, 5s or 2m").

/// `20ms`, `1.5s`, `2m`; units ns, us, ms, s, m, h. Exact to the nanosecond, at most 292 years.
[[nodiscard]] std::expected<Duration, std::string> parse_duration(std::string_view text);

/// `1000/s`, `5/ms`, `60/m`. The count is an integer > 0.
[[nodiscard]] std::expected<Rate, std::string> parse_rate(std::string_view text);

/// `0.1%`, `5%`, `1/20` or `0.05`; at most 100 %.
[[nodiscard]] std::expected<Ratio, std::string> parse_ratio(std::string_view text);

/// `4096`, `64KiB`, `256MiB`, `1GiB`.
[[nodiscard]] std::expected<std::uint64_t, std::string> parse_bytes(std::string_view text);

/// An integer ≥ 0, `_` between digits allowed: `20_000`.
[[nodiscard]] std::expected<std::uint64_t, std::string> parse_count(std::string_view text);

/// The shortest exact form, which the parser above reads back as the same value.
[[nodiscard]] std::string to_text(Duration duration);
[[nodiscard]] std::string to_text(Rate rate);
[[nodiscard]] std::string to_text(Ratio ratio);

}  // namespace odradek
