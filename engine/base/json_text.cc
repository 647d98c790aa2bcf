#include "engine/base/json_text.h"

#include <cstddef>
#include <cstdint>

namespace odradek {

namespace {

constexpr std::string_view base64_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What may follow a first byte of UTF-8.
struct Sequence {
    std::size_t length = 0;  ///< bytes in all; 0: not a first byte
    unsigned second_min = 0x80;
    unsigned second_max = 0xBF;
};

Sequence sequence_of(unsigned first) {
    if (first < 0x80) return {.length = 1};
    if (first >= 0xC2 && first <= 0xDF) return {.length = 2};
    if (first == 0xE0) return {.length = 3, .second_min = 0xA0};
    if (first == 0xED) return {.length = 3, .second_max = 0x9F};
    if (first >= 0xE1 && first <= 0xEF) return {.length = 3};
    if (first == 0xF0) return {.length = 4, .second_min = 0x90};
    if (first >= 0xF1 && first <= 0xF3) return {.length = 4};
    if (first == 0xF4) return {.length = 4, .second_max = 0x8F};
    return {};
}

unsigned byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<unsigned char>(bytes[index]);
}

bool continues(std::string_view bytes, std::size_t start, const Sequence& sequence) {
    if (start + sequence.length > bytes.size()) return false;
    for (std::size_t index = 1; index < sequence.length; ++index) {
        const unsigned byte = byte_at(bytes, start + index);
        const unsigned low = index == 1 ? sequence.second_min : 0x80;
        const unsigned high = index == 1 ? sequence.second_max : 0xBF;
        if (byte < low || byte > high) return false;
    }
    return true;
}

void append_escaped(unsigned char byte, std::string& json) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (byte) {
        case '"':
            json += "\\\"";
            return;
        case '\\':
            json += "\\\\";
            return;
        case '\n':
            json += "\\n";
            return;
        case '\t':
            json += "\\t";
            return;
        default:
            json += "\\u00";
            json += hex[byte >> 4U];
            json += hex[byte & 0xFU];
    }
}

void append_json_string(std::string_view text, std::string& json) {
    json += '"';
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x20 || letter == '"' || letter == '\\') {
            append_escaped(byte, json);
        } else {
            json += letter;
        }
    }
    json += '"';
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    std::size_t index = 0;
    while (index < bytes.size()) {
        const Sequence sequence = sequence_of(byte_at(bytes, index));
        if (sequence.length == 0 || !continues(bytes, index, sequence)) return false;
        index += sequence.length;
    }
    return true;
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t index = 0; index < bytes.size(); index += 3) {
        const std::size_t present = bytes.size() - index < 3 ? bytes.size() - index : 3;
        std::uint32_t group = 0;
        for (std::size_t place = 0; place < 3; ++place) {
            group = (group << 8U) | (place < present ? byte_at(bytes, index + place) : 0U);
        }
        for (std::size_t letter = 0; letter < 4; ++letter) {
            const unsigned shift = 18U - 6U * static_cast<unsigned>(letter);
            text += letter <= present ? base64_letters[(group >> shift) & 0x3FU] : '=';
        }
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t index = 0; index < text.size(); index += 4) {
        std::uint32_t group = 0;
        std::size_t present = 0;
        for (const char letter : text.substr(index, 4)) {
            const std::size_t value = base64_letters.find(letter);
            group <<= 6U;
            if (value == std::string_view::npos) continue;
            group |= static_cast<std::uint32_t>(value);
            ++present;
        }
        for (std::size_t place = 0; place + 1 < present; ++place) {
            bytes +=
                static_cast<char>((group >> (16U - 8U * static_cast<unsigned>(place))) & 0xFFU);
        }
    }
    // Whatever was not canonical (padding inside, stray letters, dangling bits) does not come back.
    if (to_base64(bytes) != text) return std::nullopt;
    return bytes;
}

void append_json_bytes(std::string_view bytes, std::string& json) {
    if (is_utf8(bytes)) {
        append_json_string(bytes, json);
        return;
    }
    json += "{\"base64\":\"";
    json += to_base64(bytes);
    json += "\"}";
}

}  // namespace odradek
