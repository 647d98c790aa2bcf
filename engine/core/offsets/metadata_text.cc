#include "engine/core/offsets/metadata_text.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>

namespace odradek {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t block_units = 8;
constexpr std::size_t block_bits = 127;
constexpr std::uint64_t radix = metadata_radix;
constexpr std::uint64_t half_block = radix * radix * radix * radix;  // four digits fit 64 bits

// Digits below this one are U+0800 …; from it on U+E000 …, which jumps over the surrogates.
constexpr std::uint32_t first_digit_after_surrogates = 0xD000;
static_assert(0xE000 + (metadata_radix - 1 - first_digit_after_surrogates) < 0xFDD0);
static_assert(Wide{half_block} * half_block >= (Wide{1} << block_bits));

/// Bits that `units` digits carry, 1 … 8 digits: one less than two bytes a digit.
constexpr std::size_t bits_of(std::size_t units) {
    return 16 * units - 1;
}

constexpr bool digits_carry_their_bits() {
    Wide power = 1;
    for (std::size_t units = 1; units <= block_units; ++units) {
        power *= radix;
        if (power < (Wide{1} << bits_of(units))) return false;
    }
    return true;
}
static_assert(digits_carry_their_bits());

/// `count` bits from bit `at` on, the most significant first; bits past the end are 0.
Wide bits_at(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count) {
    const std::size_t first = at / 8;
    const std::size_t last = (at + count + 7) / 8;  // at most 17 bytes
    Wide high = 0;
    for (std::size_t index = first; index < std::min(last, first + 16); ++index) {
        high = (high << 8U) | (index < bytes.size() ? bytes[index] : 0U);
    }
    const std::size_t loaded = std::min<std::size_t>(last - first, 16) * 8;
    const std::size_t skip = at % 8;
    if (skip + count <= loaded) {
        return (high >> (loaded - skip - count)) & ((Wide{1} << count) - 1);
    }
    const std::size_t missing = skip + count - loaded;  // 1 … 6 bits of the 17th byte
    const unsigned tail = last - 1 < bytes.size() ? bytes[last - 1] : 0U;
    high = (high << missing) | (tail >> (8 - missing));
    return high & ((Wide{1} << count) - 1);
}

void append_digit(std::string& text, std::uint32_t digit) {
    const std::uint32_t point = digit < first_digit_after_surrogates
                                    ? 0x800U + digit
                                    : 0xE000U + (digit - first_digit_after_surrogates);
    text.push_back(static_cast<char>(0xE0U | (point >> 12U)));
    text.push_back(static_cast<char>(0x80U | ((point >> 6U) & 0x3FU)));
    text.push_back(static_cast<char>(0x80U | (point & 0x3FU)));
}

/// The least significant digit first.
void append_block(std::string& text, Wide value, std::size_t units) {
    auto low = static_cast<std::uint64_t>(value % half_block);
    auto high = static_cast<std::uint64_t>(value / half_block);
    for (std::size_t unit = 0; unit < units; ++unit) {
        std::uint64_t& part = unit < 4 ? low : high;
        append_digit(text, static_cast<std::uint32_t>(part % radix));
        part /= radix;
    }
    ensures(low == 0 && high == 0);
}

/// Digit of the character at the front of `text`, which has at least three bytes; the radix itself
/// when it is none.
std::uint32_t digit_at(std::string_view text) {
    const auto first = static_cast<std::uint8_t>(text[0]);
    const auto second = static_cast<std::uint8_t>(text[1]);
    const auto third = static_cast<std::uint8_t>(text[2]);
    if ((first & 0xF0U) != 0xE0U || (second & 0xC0U) != 0x80U || (third & 0xC0U) != 0x80U) {
        return metadata_radix;
    }
    const std::uint32_t point =
        ((first & 0x0FU) << 12U) | ((second & 0x3FU) << 6U) | (third & 0x3FU);
    if (point < 0x800U || (point >= 0xD800U && point < 0xE000U)) return metadata_radix;
    const std::uint32_t digit =
        point < 0xE000U ? point - 0x800U : first_digit_after_surrogates + (point - 0xE000U);
    return std::min(digit, metadata_radix);
}

/// Appends `count` bits to `bytes`, where `used` bits are filled so far.
void append_bits(ByteBuffer& bytes, std::size_t used, Wide value, std::size_t count) {
    while (count > 0) {
        const std::size_t room = 8 - used % 8;
        const std::size_t taken = std::min(room, count);
        if (room == 8) bytes.push_back(0);
        const auto part = static_cast<unsigned>((value >> (count - taken)) & ((1U << taken) - 1));
        bytes.back() = static_cast<std::uint8_t>(bytes.back() | (part << (room - taken)));
        used += taken;
        count -= taken;
    }
}

}  // namespace

std::int64_t count_units(std::string_view text) {
    std::int64_t units = 0;
    for (const char byte : text) {
        const auto value = static_cast<std::uint8_t>(byte);
        if ((value & 0xC0U) != 0x80U) ++units;
        if ((value & 0xF8U) == 0xF0U) ++units;
    }
    return units;
}

std::string text_of_bytes(std::span<const std::uint8_t> bytes) {
    const auto units =
        static_cast<std::size_t>(units_of_bytes(static_cast<std::int64_t>(bytes.size())));
    std::string text;
    text.reserve(units * 3);
    std::size_t at = 0;
    for (std::size_t left = units; left > 0; left -= std::min(left, block_units)) {
        const std::size_t count = std::min(left, block_units);
        append_block(text, bits_at(bytes, at, bits_of(count)), count);
        at += bits_of(count);
    }
    return text;
}

std::optional<ByteBuffer> bytes_of_text(std::string_view text) {
    if (text.size() % 3 != 0) return std::nullopt;
    const std::size_t units = text.size() / 3;
    ByteBuffer bytes;
    bytes.reserve(units * 2);
    std::size_t used = 0;
    for (std::size_t unit = 0; unit < units; unit += block_units) {
        const std::size_t count = std::min(units - unit, block_units);
        std::array<std::uint64_t, 2> halves{};  // four digits each
        for (std::size_t index = count; index-- > 0;) {
            const std::uint32_t digit = digit_at(text.substr((unit + index) * 3, 3));
            if (digit == metadata_radix) return std::nullopt;
            std::uint64_t& half = halves.at(index / 4);
            half = half * radix + digit;
        }
        // Two halves of 2^63.5 each stay below 2^127.01, so this cannot wrap.
        const Wide value = Wide{halves[1]} * half_block + halves[0];
        if (value >> bits_of(count) != 0) return std::nullopt;
        append_bits(bytes, used, value, bits_of(count));
        used += bits_of(count);
    }
    const std::size_t whole = used / 8;
    if (used % 8 != 0) {
        if (bytes.back() != 0) return std::nullopt;  // padding
        bytes.pop_back();
    }
    ensures(bytes.size() == whole);
    return bytes;
}

}  // namespace odradek
