#include "engine/tools/readable_key.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace odradek {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Length of the sequence that `lead` begins, and the bounds of its second byte (RFC 3629, 4).
struct Sequence {
    std::size_t length;
    unsigned char second_min = 0x80;
    unsigned char second_max = 0xBF;
};

constexpr Sequence sequence_of(unsigned char lead) {
    if (lead < 0x80) return {1};
    if (lead >= 0xC2 && lead <= 0xDF) return {2};
    if (lead == 0xE0) return {3, 0xA0};
    if (lead == 0xED) return {3, 0x80, 0x9F};
    if (lead >= 0xE1 && lead <= 0xEF) return {3};
    if (lead == 0xF0) return {4, 0x90};
    if (lead >= 0xF1 && lead <= 0xF3) return {4};
    if (lead == 0xF4) return {4, 0x80, 0x8F};
    return {0};
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            word = word << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        }
        for (unsigned i = 0; i < 4; ++i) {
            const bool is_padding = i > group.size();
            text += is_padding ? '=' : digits[word >> (18U - 6U * i) & 63U];
        }
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::string_view group = text.substr(at, 4);
        const bool is_last = at + 4 == text.size();
        while (is_last && group.size() > 2 && group.ends_with('=')) {
            group.remove_suffix(1);
        }
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::size_t digit = i < group.size() ? digits.find(group[i]) : 0;
            if (digit == std::string_view::npos) return std::nullopt;
            word = word << 6U | static_cast<std::uint32_t>(digit);
        }
        for (std::size_t i = 0; i + 1 < group.size(); ++i) {
            bytes += static_cast<char>(word >> (16U - 8U * static_cast<unsigned>(i)) & 0xFFU);
        }
    }
    return bytes;
}

bool is_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const Sequence sequence = sequence_of(static_cast<unsigned char>(text[at]));
        if (sequence.length == 0 || at + sequence.length > text.size()) return false;
        for (std::size_t i = 1; i < sequence.length; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            const unsigned char low = i == 1 ? sequence.second_min : 0x80;
            const unsigned char high = i == 1 ? sequence.second_max : 0xBF;
            if (byte < low || byte > high) return false;
        }
        at += sequence.length;
    }
    return true;
}

std::string readable_key(std::string_view key) {
    return is_utf8(key) ? std::string(key) : "base64:" + to_base64(key);
}

}  // namespace odradek
