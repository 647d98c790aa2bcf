#include "engine/base/hash.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace odradek {

namespace {

constexpr std::uint32_t murmur_seed = 0x9747B28CU;
constexpr std::uint32_t murmur_factor = 0x5BD1E995U;
constexpr std::array<char, 2> salt{'s', ':'};
constexpr std::uint32_t crc_polynomial = 0xEDB8'8320U;

constexpr std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

/// Four bytes, least significant first, whatever the machine's own order.
std::uint32_t block_at(const char* bytes) {
    std::array<unsigned char, 4> block{};
    std::memcpy(block.data(), bytes, block.size());
    return block[0] | std::uint32_t{block[1]} << 8U | std::uint32_t{block[2]} << 16U |
           std::uint32_t{block[3]} << 24U;
}

std::uint32_t mixed(std::uint32_t hash, std::uint32_t block) {
    block *= murmur_factor;
    block ^= block >> 24U;
    block *= murmur_factor;
    return (hash * murmur_factor) ^ block;
}

/// Goes on from `hash` over the rest of the input, and finishes.
std::uint32_t murmur_rest(std::uint32_t hash, std::string_view bytes) {
    while (bytes.size() >= 4) {
        hash = mixed(hash, block_at(bytes.data()));
        bytes.remove_prefix(4);
    }
    if (!bytes.empty()) {
        for (std::size_t at = bytes.size(); at-- > 0;) {
            hash ^= byte_at(bytes, at) << (8U * static_cast<unsigned>(at));
        }
        hash *= murmur_factor;
    }
    hash ^= hash >> 13U;
    hash *= murmur_factor;
    hash ^= hash >> 15U;
    return hash;
}

/// Kafka's code takes the length as a Java int: the low 32 bits.
std::uint32_t murmur_start(std::size_t length) {
    return murmur_seed ^ static_cast<std::uint32_t>(length);
}

constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t value = 0; value < table.size(); ++value) {
        std::uint32_t remainder = value;
        for (int bit = 0; bit < 8; ++bit) {
            remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? crc_polynomial : 0U);
        }
        table[value] = remainder;
    }
    return table;
}();

}  // namespace

std::uint32_t murmur2(std::string_view bytes) {
    return murmur_rest(murmur_start(bytes.size()), bytes);
}

std::uint32_t murmur2_salted(std::string_view bytes) {
    std::array<char, 4> first{salt[0], salt[1], 0, 0};
    if (bytes.size() < 2) {  // salt and key do not fill the first block
        if (!bytes.empty()) first[2] = bytes[0];
        return murmur2({first.data(), salt.size() + bytes.size()});
    }
    first[2] = bytes[0];
    first[3] = bytes[1];
    const std::uint32_t start = murmur_start(bytes.size() + salt.size());
    return murmur_rest(mixed(start, block_at(first.data())), bytes.substr(2));
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t remainder = 0xFFFF'FFFFU;
    for (const char letter : bytes) {
        const auto low = static_cast<unsigned char>(remainder ^ static_cast<unsigned char>(letter));
        remainder = crc_table[low] ^ (remainder >> 8U);
    }
    return ~remainder;
}

std::uint32_t fnv1a(std::string_view bytes) {
    std::uint32_t hash = 0x811C'9DC5U;
    for (const char letter : bytes) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x0100'0193U;
    }
    return hash;
}

std::uint64_t byte_sum(std::string_view bytes) {
    std::uint64_t sum = 0;
    for (const char letter : bytes) {
        sum += static_cast<unsigned char>(letter);
    }
    return sum;
}

std::uint32_t sum16(std::string_view bytes) {
    return static_cast<std::uint32_t>(byte_sum(bytes) & 0xFFFFU);
}

}  // namespace odradek
