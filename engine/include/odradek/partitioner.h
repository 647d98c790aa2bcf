#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace odradek {

struct Record;

/// What is reduced to a bucket: any bytes, or nothing when the record has no key. Equal bytes are
/// equal keys; the empty key is a key.
using PartitionKey = std::optional<std::string_view>;

/// User code that picks the bytes by which a record is placed: its key, a header, a field of the
/// payload (VP-1, PS-2). The bytes must live as long as the record. It may throw: the record then
/// goes to bucket 0 and the failure is an event (PS-3).
using Partitioner = std::function<PartitionKey(const Record&)>;

/// What a system does with a key that carries nothing to hash.
enum class KeylessRule : unsigned char {
    bucket_zero,  ///< always bucket 0
    as_empty,     ///< hashed like the empty key
    anywhere,     ///< bound to no bucket: random, round robin or sticky, as the caller likes
};

/// A reducer of this library, bit for bit that of the system it is named after: bucket = `hash` mod
/// count.
struct BuiltInReducer {
    std::string_view name;
    std::string_view meaning;  ///< whose rule it is, one line
    std::uint64_t (*hash)(std::string_view key);
    KeylessRule null_keys;
    KeylessRule empty_keys;  ///< `as_empty` where the empty key is an ordinary key
};

/// A user's reducer gave a bucket that does not exist (PS-3): its record must not vanish.
struct ReducerMistake {
    std::int64_t result;
    std::uint32_t count;

    friend bool operator==(const ReducerMistake&, const ReducerMistake&) = default;
};

/// Maps a key to one of `count` buckets: topic partitions (then it is a producer's partitioner),
/// virtual partitions of a partition (VP-1, VP-14) or segments (PS-2). A value; equal keys give
/// equal buckets for ever.
class Reducer {
public:
    /// User code: key and number of buckets → 0 … count − 1. A throw is the caller's to handle.
    using Function = std::function<std::int64_t(PartitionKey key, std::uint32_t count)>;

    /// Bucket 0 … count − 1, or nothing where the key binds the record to no bucket.
    using Bucket = std::optional<std::uint32_t>;

    Reducer(std::string name, Function function)
        : name_(std::move(name))
        , function_(std::move(function)) {}
    explicit Reducer(const BuiltInReducer& built_in) : name_(built_in.name), built_in_(&built_in) {}

    /// The reducer of this library with that name, or nothing. Names: `built_in_reducers()`.
    [[nodiscard]] static std::optional<Reducer> named(std::string_view name);

    /// Bucket of `key` among `count` > 0. Fails only for a user's function outside 0 … count − 1.
    [[nodiscard]] std::expected<Bucket, ReducerMistake> reduce(
        PartitionKey key, std::uint32_t count
    ) const;

    [[nodiscard]] const std::string& name() const { return name_; }

    /// Its entry in `built_in_reducers()`, nullptr for a user's own.
    [[nodiscard]] const BuiltInReducer* built_in() const { return built_in_; }

private:
    std::string name_;
    Function function_;                         // of a user's own only
    const BuiltInReducer* built_in_ = nullptr;  // static storage
};

/// All reducers and producers' partitioners known by name, in the order worth showing.
///
/// `sum16` Karafka · `bytesum` go-kafka-partition-scaler · `murmur2` Java · `murmur2-salted` ours
/// and Decaton's · `crc32` librdkafka's default · `fnv1a` Sarama's default · and variants of these.
[[nodiscard]] std::span<const BuiltInReducer> built_in_reducers();

/// Karafka's `sum16`: the reducer where none is named (VP-1, PS-2).
[[nodiscard]] Reducer default_reducer();

/// The rule for `key`, nothing when the key is hashed as it stands.
[[nodiscard]] constexpr std::optional<KeylessRule> keyless_rule(
    const BuiltInReducer& reducer, PartitionKey key
) {
    if (!key) return reducer.null_keys;
    if (key->empty() && reducer.empty_keys != KeylessRule::as_empty) return reducer.empty_keys;
    return std::nullopt;
}

}  // namespace odradek
