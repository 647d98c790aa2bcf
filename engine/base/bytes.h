#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace odradek {

using ByteBuffer = std::vector<std::uint8_t>;

/// Appends `value` with the most significant byte first.
template <std::unsigned_integral Integer>
void append_big_endian(ByteBuffer& bytes, Integer value) {
    for (std::size_t shift = sizeof(Integer) * 8; shift > 0; shift -= 8) {
        bytes.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
    }
}

/// Appends `value` seven bits at a time, least significant first (unsigned LEB128).
inline void append_varint(ByteBuffer& bytes, std::uint64_t value) {
    while (value >= 0x80U) {
        bytes.push_back(static_cast<std::uint8_t>(value | 0x80U));
        value >>= 7U;
    }
    bytes.push_back(static_cast<std::uint8_t>(value));
}

/// Bytes that append_varint() appends.
[[nodiscard]] constexpr std::int64_t varint_bytes(std::uint64_t value) {
    std::int64_t count = 1;
    while (value >= 0x80U) {
        value >>= 7U;
        ++count;
    }
    return count;
}

/// Reads foreign bytes from the front; never past the end. A view: the bytes must outlive it.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    /// Bytes read so far.
    [[nodiscard]] std::size_t position() const { return position_; }

    [[nodiscard]] std::span<const std::uint8_t> rest() const { return bytes_.subspan(position_); }

    /// Empty when fewer bytes are left than the integer is wide; then nothing is read.
    template <std::unsigned_integral Integer>
    [[nodiscard]] std::optional<Integer> take_big_endian() {
        if (rest().size() < sizeof(Integer)) return std::nullopt;
        std::uint64_t value = 0;
        for (std::size_t index = 0; index < sizeof(Integer); ++index) {
            value = (value << 8U) | bytes_[position_++];
        }
        return static_cast<Integer>(value);
    }

    /// Empty when the bytes end first or the value does not fit 63 bits.
    [[nodiscard]] std::optional<std::int64_t> take_varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 63; shift += 7) {
            if (position_ == bytes_.size()) return std::nullopt;
            const std::uint8_t byte = bytes_[position_++];
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0) return static_cast<std::int64_t>(value);
        }
        return std::nullopt;
    }

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t position_ = 0;
};

}  // namespace odradek
