#pragma once

#include "engine/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace odradek {

/// Number of different digits of our text. Eight of them carry 127 bits: 15.875 bits a unit.
inline constexpr std::uint32_t metadata_radix = 60'097;

/// Length of valid UTF-8 `text` as the broker counts it (`offset.metadata.max.bytes`): UTF-16 code
/// units, one up to U+FFFF and two above. Bytes that start no character count as one.
[[nodiscard]] std::int64_t count_units(std::string_view text);

/// Units that `byte_count` bytes take as digits.
[[nodiscard]] constexpr std::int64_t units_of_bytes(std::int64_t byte_count) {
    const std::int64_t bits = byte_count * 8;
    const std::int64_t rest = bits % 127;
    return bits / 127 * 8 + (rest == 0 ? 0 : (rest + 1 + 15) / 16);
}

/// The most bytes that `units` digits carry, 0 for none.
[[nodiscard]] constexpr std::int64_t bytes_of_units(std::int64_t units) {
    const std::int64_t rest = units % 8;
    return (units / 8 * 127 + (rest == 0 ? 0 : 16 * rest - 1)) / 8;
}

/// Bytes as digits, each one character of three bytes in UTF-8 and one unit for the broker; never
/// U+0000, a surrogate, a non-character or a control. A final byte 0 is added where the units would
/// carry one more byte. FORMAT.md gives the layout.
[[nodiscard]] std::string text_of_bytes(std::span<const std::uint8_t> bytes);

/// The inverse. Empty when a character is not a digit, a block of digits exceeds its bits, or a
/// padding bit is set. The result has bytes_of_units(units) bytes.
[[nodiscard]] std::optional<ByteBuffer> bytes_of_text(std::string_view text);

}  // namespace odradek
