#pragma once

#include <cstdint>
#include <string_view>

namespace odradek {

// Hash functions of Kafka's clients and of the peers' reducers, bit for bit: a key must land where
// its producer, or the system migrated from, puts it. A key is any bytes; none of these allocates.
// What each system makes of the hash (sign, modulo, null keys) is in odradek/partitioner.h.

/// Kafka's murmur2, the hash of the Java client (org.apache.kafka.common.utils.Utils). Java's
/// result is this one read as a signed integer. Also librdkafka's `murmur2`.
[[nodiscard]] std::uint32_t murmur2(std::string_view bytes);

/// murmur2 of the two bytes "s:" and then the key: LINE Decaton's lane hash, and ours (DC-7).
///
/// The keys of one partition were chosen by murmur2, so murmur2 again would leave most lanes empty;
/// two bytes in front shift every block of the key and make the two results independent.
[[nodiscard]] std::uint32_t murmur2_salted(std::string_view bytes);

/// CRC-32 (IEEE 802.3, reflected, as zlib has it): librdkafka's `consistent` and its default.
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);

/// FNV-1a, 32 bits (Fowler, Noll, Vo), before any sign rule.
[[nodiscard]] std::uint32_t fnv1a(std::string_view bytes);

/// Sum of the bytes, each 0 … 255: the reducer of go-kafka-partition-scaler and of KafkaFlow.
[[nodiscard]] std::uint64_t byte_sum(std::string_view bytes);

/// The low 16 bits of the byte sum: Ruby's `String#sum`, Karafka's default reducer.
[[nodiscard]] std::uint32_t sum16(std::string_view bytes);

/// Kafka's rule for a signed hash: drop the sign bit (`Utils.toPositive`). Not the absolute value.
[[nodiscard]] constexpr std::uint32_t to_positive(std::uint32_t hash) {
    return hash & 0x7FFF'FFFFU;
}

/// Sarama's rule for a signed hash, and librdkafka's for FNV-1a: the absolute value; −2³¹ gives
/// 2³¹. Modulo then equals Sarama's |hash mod n|.
[[nodiscard]] constexpr std::uint32_t magnitude(std::uint32_t hash) {
    return hash > 0x7FFF'FFFFU ? 0U - hash : hash;
}

}  // namespace odradek
