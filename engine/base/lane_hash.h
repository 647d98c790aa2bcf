#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace odradek {

/// Salted 64-bit hash of a key for the engine's own lanes (DC-7). Not stored and not sent anywhere,
/// so it may change between versions; never the producer's hash, whose bias inside one partition
/// would leave lanes empty. Multiply-and-fold over 16-byte steps, after Wang Yi's wyhash (public
/// domain).
class LaneHash {
public:
    explicit constexpr LaneHash(std::uint64_t salt) : salt_(salt ^ 0xA0761D6478BD642FU) {}

    [[nodiscard]] std::uint64_t operator()(std::span<const std::byte> bytes, std::uint64_t domain)
        const {
        std::uint64_t state = fold(salt_ ^ domain, 0xE7037ED1A0B428DBU);
        const std::byte* at = bytes.data();
        std::size_t left = bytes.size();
        while (left > 16) {
            state = fold(read64(at) ^ 0x8EBC6AF09C88C6E3U, read64(at + 8) ^ state);
            at += 16;
            left -= 16;
        }
        std::uint64_t low = 0;
        std::uint64_t high = 0;
        if (left >= 8) {
            low = read64(at);
            high = read64(at + left - 8);
        } else if (left > 0) {
            std::memcpy(&low, at, left);
        }
        return fold(low ^ 0x589965CC75374CC3U, high ^ state ^ bytes.size());
    }

private:
    [[nodiscard]] static std::uint64_t read64(const std::byte* at) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        return word;
    }

    [[nodiscard]] static std::uint64_t fold(std::uint64_t one, std::uint64_t other) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(one) * other;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }

    std::uint64_t salt_;
};

}  // namespace odradek
