#pragma once

#include "engine/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace odradek {

/// Chance of a bit being one, in 1/65,536; 1 … 65,535.
using BitChance = std::uint32_t;

/// Zero bytes that the writer leaves away at the end, at most. A reader that has looked at more
/// reads something that was cut.
inline constexpr std::size_t dropped_zeros_max = 48;

/// Writes choices into bytes at their Shannon cost (range coding after Martin, 1979): the choices
/// narrow an interval of 64 bits, and whole 32-bit words leave as soon as they are certain.
///
/// `range` stays at 2^32 or more, so that cutting it costs a bit less than 2^−15 bits beyond its
/// Shannon cost and one of `total` equally cut parts less than total · 1.45 / 2^32.
class RangeEncoder {
public:
    void put_bit(bool bit, BitChance chance_of_one) {
        const std::uint64_t bound = (range_ >> 16U) * chance_of_one;
        if (bit) {
            range_ = bound;
        } else {
            move_up(bound);
            range_ -= bound;
        }
        normalize();
    }

    /// A choice that owns `width` parts from `begin` on, of `total` < 2^32 parts.
    void put(std::uint32_t begin, std::uint32_t width, std::uint32_t total) {
        const std::uint64_t part = range_ / total;
        move_up(part * begin);
        range_ = part * width;
        normalize();
    }

    /// The lowest `count` bits of `value`, all values alike.
    void put_raw(std::uint64_t value, unsigned count);

    /// The shortest bytes that decode to what was put, if zeros are read after their end.
    [[nodiscard]] ByteBuffer finish();

private:
    void move_up(std::uint64_t step) {
        low_ += step;
        if (low_ < step) carry();
    }
    void normalize() {
        while (range_ < (std::uint64_t{1} << 32U)) {
            append_big_endian(bytes_, static_cast<std::uint32_t>(low_ >> 32U));
            low_ <<= 32U;
            range_ <<= 32U;
        }
    }
    void carry();

    ByteBuffer bytes_;
    std::uint64_t low_ = 0;
    std::uint64_t range_ = ~std::uint64_t{0};
};

/// Reads what RangeEncoder wrote. Foreign bytes give foreign choices but never a read outside
/// them. A view: the bytes must outlive it.
class RangeDecoder {
public:
    explicit RangeDecoder(std::span<const std::uint8_t> bytes);

    [[nodiscard]] bool take_bit(BitChance chance_of_one) {
        const std::uint64_t bound = (range_ >> 16U) * chance_of_one;
        const bool bit = code_ < bound;
        if (bit) {
            range_ = bound;
        } else {
            code_ -= bound;
            range_ -= bound;
        }
        normalize();
        return bit;
    }

    /// Which of `total` parts comes next, 0 … total − 1. To be followed by skip().
    [[nodiscard]] std::uint32_t peek(std::uint32_t total) {
        part_ = range_ / total;
        const std::uint64_t place = code_ / part_;
        return static_cast<std::uint32_t>(place < total ? place : total - 1);
    }

    /// Consumes the choice that owns the part seen by peek().
    void skip(std::uint32_t begin, std::uint32_t width) {
        code_ -= part_ * begin;
        range_ = part_ * width;
        normalize();
    }

    [[nodiscard]] std::uint64_t take_raw(unsigned count);

    /// Bytes looked at so far, those after the end included.
    [[nodiscard]] std::size_t position() const { return position_; }

    /// Bytes looked at after the end.
    [[nodiscard]] std::size_t zeros_read() const {
        return position_ > bytes_.size() ? position_ - bytes_.size() : 0;
    }

private:
    void normalize() {
        while (range_ < (std::uint64_t{1} << 32U)) {
            code_ = (code_ << 32U) | next_word();
            range_ <<= 32U;
        }
    }
    std::uint64_t next_word();

    std::span<const std::uint8_t> bytes_;
    std::size_t position_ = 0;
    std::uint64_t code_ = 0;  ///< distance of the written number from the interval's low end
    std::uint64_t range_ = ~std::uint64_t{0};
    std::uint64_t part_ = 0;
};

}  // namespace odradek
