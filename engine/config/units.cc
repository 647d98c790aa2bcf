#include "engine/config/units.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

namespace odradek {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array time_units{
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
};

constexpr std::array byte_units{
    Unit{"", 1},
    Unit{"KiB", 1U << 10U},
    Unit{"MiB", 1U << 20U},
    Unit{"GiB", 1U << 30U},
};

/// A decimal number as digits over a power of ten: 1.5 is 15 / 10.
struct Decimal {
    std::uint64_t digits = 0;
    std::uint64_t scale = 1;
    std::string_view rest;  ///< what follows the number
};

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// Nothing on overflow (more than 19 digits, or 16 behind the point) and where no digit stands.
std::optional<Decimal> read_decimal(std::string_view text) {
    constexpr std::size_t digits_max = 19;
    constexpr std::uint64_t scale_max = 10'000'000'000'000'000;  // times 100 still fits
    Decimal number;
    std::size_t index = 0;
    std::size_t digits = 0;
    bool behind_point = false;
    for (; index < text.size(); ++index) {
        const char letter = text[index];
        if (letter == '.' && !behind_point && digits > 0) {
            behind_point = true;
        } else if (letter == '_' && digits > 0 && !behind_point) {
            continue;
        } else if (is_digit(letter)) {
            if (++digits > digits_max || number.scale == scale_max) return std::nullopt;
            number.digits = number.digits * 10 + static_cast<std::uint64_t>(letter - '0');
            if (behind_point) number.scale *= 10;
        } else {
            break;
        }
    }
    if (digits == 0 || text[index - 1] == '.' || text[index - 1] == '_') return std::nullopt;
    number.rest = text.substr(index);
    return number;
}

/// digits / scale × factor where that is a whole number that fits.
std::optional<std::uint64_t> scaled(const Decimal& number, std::uint64_t factor) {
    const std::uint64_t shared = std::gcd(factor, number.scale);
    if (number.digits % (number.scale / shared) != 0) return std::nullopt;
    const std::uint64_t digits = number.digits / (number.scale / shared);
    factor /= shared;
    constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (digits != 0 && factor > limit / digits) return std::nullopt;
    return digits * factor;
}

std::optional<std::uint64_t> with_unit(std::string_view text, std::span<const Unit> units) {
    const std::optional<Decimal> number = read_decimal(text);
    if (!number) return std::nullopt;
    for (const Unit& unit : units) {
        if (unit.name == number->rest) return scaled(*number, unit.factor);
    }
    return std::nullopt;
}

}  // namespace

std::expected<Duration, std::string> parse_duration(std::string_view text) {
    const auto nanoseconds = with_unit(text, time_units);
    if (!nanoseconds) return std::unexpected("a duration such as 20ms, 5s or 2m");
    return Duration{static_cast<Duration::rep>(*nanoseconds)};
}

std::expected<Rate, std::string> parse_rate(std::string_view text) {
    const std::string expected = "a rate such as 1000/s or 60/m";
    const std::optional<Decimal> number = read_decimal(text);
    if (!number || number->scale != 1 || number->digits == 0 || !number->rest.starts_with('/')) {
        return std::unexpected(expected);
    }
    for (const Unit& unit : time_units) {
        if (unit.name != number->rest.substr(1)) continue;
        return Rate{number->digits, Duration{static_cast<Duration::rep>(unit.factor)}};
    }
    return std::unexpected(expected);
}

std::expected<Ratio, std::string> parse_ratio(std::string_view text) {
    const std::string expected = "a ratio such as 0.1%, 1/20 or 0.05, at most 100%";
    const std::optional<Decimal> number = read_decimal(text);
    if (!number) return std::unexpected(expected);
    Ratio ratio{.part = number->digits, .whole = number->scale};
    if (number->rest == "%") {
        ratio.whole *= 100;
    } else if (number->rest.starts_with('/')) {
        const std::optional<Decimal> whole = read_decimal(number->rest.substr(1));
        if (!whole || !whole->rest.empty() || whole->scale != 1 || number->scale != 1) {
            return std::unexpected(expected);
        }
        ratio.whole = whole->digits;
    } else if (!number->rest.empty()) {
        return std::unexpected(expected);
    }
    if (ratio.whole == 0 || ratio.part > ratio.whole) return std::unexpected(expected);
    const std::uint64_t shared = std::gcd(ratio.part, ratio.whole);
    return Ratio{.part = ratio.part / shared, .whole = ratio.whole / shared};
}

std::expected<std::uint64_t, std::string> parse_bytes(std::string_view text) {
    const auto bytes = with_unit(text, byte_units);
    if (!bytes) return std::unexpected("a size in bytes such as 4096, 64KiB or 256MiB");
    return *bytes;
}

std::expected<std::uint64_t, std::string> parse_count(std::string_view text) {
    const std::optional<Decimal> number = read_decimal(text);
    if (!number || !number->rest.empty() || number->scale != 1) {
        return std::unexpected("an integer, 0 or more");
    }
    return number->digits;
}

std::string to_text(Duration duration) {
    const auto nanoseconds = static_cast<std::uint64_t>(duration.count());
    if (nanoseconds == 0) return "0ms";
    Unit best = time_units.front();
    for (const Unit& unit : time_units) {
        if (nanoseconds % unit.factor == 0) best = unit;
    }
    return std::to_string(nanoseconds / best.factor) + std::string(best.name);
}

std::string to_text(Rate rate) {
    for (const Unit& unit : time_units) {
        if (rate.per.count() == static_cast<Duration::rep>(unit.factor)) {
            return std::to_string(rate.count) + "/" + std::string(unit.name);
        }
    }
    // A period without a name, from arithmetic: the nearest whole rate a second, at least one.
    const auto per = static_cast<std::uint64_t>(rate.per.count());
    return std::to_string(std::max<std::uint64_t>(1, rate.count * 1'000'000'000 / per)) + "/s";
}

std::string to_text(Ratio ratio) {
    for (std::uint64_t decimals = 1; decimals <= 1'000'000; decimals *= 10) {
        const std::uint64_t percent = ratio.part * 100 * decimals;
        if (percent % ratio.whole != 0) continue;
        const std::uint64_t digits = percent / ratio.whole;
        std::string text = std::to_string(digits / decimals);
        if (decimals > 1) {
            text += "." + std::to_string(decimals + digits % decimals).substr(1);
        }
        return text + "%";
    }
    return std::to_string(ratio.part) + "/" + std::to_string(ratio.whole);
}

}  // namespace odradek
