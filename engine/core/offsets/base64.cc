#include "engine/core/offsets/base64.h"

#include <algorithm>

namespace odradek {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_of(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t index = 0; index < 3; ++index) {
            group = (group << 8U) | (index < count ? bytes[at + index] : 0U);
        }
        for (std::size_t index = 0; index < 4; ++index) {
            text.push_back(index <= count ? alphabet[(group >> (18 - 6 * index)) & 0x3FU] : '=');
        }
    }
    return text;
}

std::expected<ByteBuffer, std::size_t> bytes_of_base64(std::string_view text) {
    const std::size_t padding_begin = std::min(text.find('='), text.size());
    const std::size_t padding = text.size() - padding_begin;
    if (padding > 0) {
        // Padding fills the last group of four, and nothing follows it.
        const bool is_all_padding = text.find_first_not_of('=', padding_begin) == text.npos;
        if (padding > 2 || !is_all_padding || text.size() % 4 != 0) {
            return std::unexpected(padding_begin);
        }
    }
    if (padding_begin % 4 == 1) return std::unexpected(padding_begin - 1);
    ByteBuffer bytes;
    bytes.reserve(padding_begin * 3 / 4);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (std::size_t at = 0; at < padding_begin; ++at) {
        const std::size_t digit = alphabet.find(text[at]);
        if (digit == alphabet.npos) return std::unexpected(at);
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> held));
        }
    }
    return bytes;
}

}  // namespace odradek
