#include "odradek/partitioner.h"

#include "odradek/contract.h"

#include "engine/base/hash.h"

#include <algorithm>
#include <array>

namespace odradek {

namespace {

using enum KeylessRule;

std::uint64_t java_murmur2(std::string_view key) {
    return to_positive(murmur2(key));
}
std::uint64_t salted(std::string_view key) {
    return to_positive(murmur2_salted(key));
}
std::uint64_t rdkafka_crc32(std::string_view key) {
    return crc32(key);
}
std::uint64_t sarama_fnv1a(std::string_view key) {
    return magnitude(fnv1a(key));
}
std::uint64_t sarama_reference(std::string_view key) {
    return to_positive(fnv1a(key));
}
std::uint64_t karafka_sum(std::string_view key) {
    return sum16(key);
}
std::uint64_t nothing(std::string_view /*key*/) {
    return 0;
}

// Rules of null and empty keys: Java's BuiltInPartitioner (null: sticky), librdkafka's
// rdkafka_msg.c, Sarama's partitioner.go, Karafka's reducer (nil.to_s.sum), the scaler, Decaton.
constexpr std::array table{
    BuiltInReducer{"murmur2", "Java client's default", &java_murmur2, anywhere, as_empty},
    BuiltInReducer{"crc32", "librdkafka's default", &rdkafka_crc32, anywhere, anywhere},
    BuiltInReducer{"fnv1a", "Sarama's default (Go)", &sarama_fnv1a, anywhere, as_empty},
    BuiltInReducer{"sum16", "Karafka's default reducer", &karafka_sum, bucket_zero, as_empty},
    BuiltInReducer{"bytesum", "go-kafka-partition-scaler", &byte_sum, anywhere, anywhere},
    BuiltInReducer{"murmur2-salted", "Odradek's lanes, Decaton", &salted, anywhere, as_empty},
    BuiltInReducer{"consistent", "librdkafka `consistent`", &rdkafka_crc32, as_empty, as_empty},
    BuiltInReducer{
        "consistent_random", "librdkafka, same as crc32", &rdkafka_crc32, anywhere, anywhere},
    BuiltInReducer{
        "murmur2_random", "librdkafka, same as murmur2", &java_murmur2, anywhere, as_empty},
    BuiltInReducer{"rdkafka-murmur2", "librdkafka `murmur2`", &java_murmur2, as_empty, as_empty},
    BuiltInReducer{"fnv1a_random", "librdkafka, same as fnv1a", &sarama_fnv1a, anywhere, as_empty},
    BuiltInReducer{"rdkafka-fnv1a", "librdkafka `fnv1a`", &sarama_fnv1a, as_empty, as_empty},
    BuiltInReducer{
        "sarama-reference",
        "Sarama's NewReferenceHashPartitioner",
        &sarama_reference,
        anywhere,
        as_empty},
    BuiltInReducer{"sarama-crc32", "Sarama's consistent CRC", &rdkafka_crc32, anywhere, as_empty},
    BuiltInReducer{"bytesum-zero", "KafkaFlow (.NET)", &byte_sum, bucket_zero, as_empty},
    BuiltInReducer{"random", "keys are ignored", &nothing, anywhere, anywhere},
};

}  // namespace

std::span<const BuiltInReducer> built_in_reducers() {
    return table;
}

std::optional<Reducer> Reducer::named(std::string_view name) {
    const auto* const found = std::ranges::find(table, name, &BuiltInReducer::name);
    if (found == table.end()) return std::nullopt;
    return Reducer{*found};
}

Reducer default_reducer() {
    return Reducer::named("sum16").value();
}

std::expected<Reducer::Bucket, ReducerMistake> Reducer::reduce(
    PartitionKey key, std::uint32_t count
) const {
    expects(count > 0);
    if (built_in_ == nullptr) {
        const std::int64_t result = function_(key, count);
        if (result < 0 || result >= std::int64_t{count}) {
            return std::unexpected(ReducerMistake{.result = result, .count = count});
        }
        return static_cast<std::uint32_t>(result);
    }
    const std::optional<KeylessRule> keyless = keyless_rule(*built_in_, key);
    if (keyless == bucket_zero) return 0U;
    if (keyless == anywhere || built_in_->hash == &nothing) return std::nullopt;
    return static_cast<std::uint32_t>(built_in_->hash(key.value_or("")) % count);
}

}  // namespace odradek
