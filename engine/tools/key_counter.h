#pragma once

#include "engine/tools/key_source.h"
#include "engine/tools/key_table.h"
#include "engine/tools/space_saving.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// A distinct key and its weight. With explicit partitions, a key and where it was found.
struct CountedKey {
    std::string_view key;         ///< valid as long as the counter
    std::int32_t partition = -1;  ///< −1: to be computed
    std::uint64_t weight = 0;

    friend bool operator==(const CountedKey&, const CountedKey&) = default;
};

/// What a counted input holds. Exact, or a sample of the distinct keys beside exact sums.
struct KeyCensus {
    std::uint64_t rows = 0;
    std::uint64_t weight = 0;                       ///< of all records, null keys too
    std::map<std::int32_t, std::uint64_t> keyless;  ///< weight of null keys by partition or −1
    std::vector<CountedKey> keys;        ///< all, or a uniform sample; the heaviest first
    std::uint64_t keys_per_sampled = 1;  ///< 1: `keys` is complete
    std::vector<HeavyKey> heavy;         ///< heaviest first
    std::uint64_t heavy_error_max = 0;   ///< how far a heavy weight may be off

    /// Leading keys of `heavy` that are heavier than any key without a counter can be: with the
    /// keys of `keys` up to `heavy_error_max`, each standing for `keys_per_sampled`, they make up
    /// the whole. All of `heavy`, and irrelevant, when the census is exact.
    std::size_t sure_heavy = 0;

    [[nodiscard]] bool is_exact() const { return keys_per_sampled == 1; }

    /// Exact, or an estimate with a standard error of 1 in √keys.size().
    [[nodiscard]] std::uint64_t distinct() const { return keys.size() * keys_per_sampled; }

    [[nodiscard]] std::uint64_t keyless_weight() const;
};

/// Gets every record's weight once the keys outgrow the exact table, so that lane loads stay exact.
class LoadSink {
public:
    LoadSink() = default;
    LoadSink(const LoadSink&) = delete;
    LoadSink& operator=(const LoadSink&) = delete;
    virtual ~LoadSink() = default;

    virtual void add(const CountedKey& key) = 0;
};

struct KeyCounterOptions {
    /// Distinct keys counted exactly. The default fills a table of 64 MiB.
    std::size_t exact_keys_max = 1'310'720;
    std::size_t heavy_keys = 16'384;  ///< Space-Saving counters beyond; error ≤ total / this
};

/// Counts a stream of keys in bounded memory.
///
/// Up to `exact_keys_max` distinct keys everything is exact. Beyond, three things run beside each
/// other: Space-Saving for the heaviest keys, a uniform sample of the distinct keys (those whose
/// hash lies below a bound that halves whenever the table is full) with exact weights, and the
/// sink, which sees all records. They get the records in batches, equal keys of a batch as one.
class KeyCounter {
public:
    /// `sink` may be nullptr and outlives the counter.
    KeyCounter(KeyCounterOptions options, LoadSink* sink);

    void add(std::span<const KeyRecord> records);

    [[nodiscard]] bool is_exact() const { return !heavy_.has_value(); }

    /// What was counted. The sink has seen all records then. Views into the counter: it must
    /// outlive the census, and take no more records.
    [[nodiscard]] KeyCensus census();

private:
    static constexpr std::size_t block = 64;
    static constexpr std::size_t pending_max = 1UL << 15U;  // 2 MiB: stays in the cache

    [[nodiscard]] CountedKey counted_key(std::string_view form, std::uint64_t weight) const;
    void add_block(std::span<const KeyRecord> records);
    void add_one(std::string_view form, std::uint64_t hash, std::uint64_t weight);
    void outgrow();
    void halve_sample();
    void flush();
    void add_heavy(KeyCensus& census, std::size_t sampled_count) const;

    KeyCounterOptions options_;
    LoadSink* sink_;
    KeyTable table_;
    std::optional<SpaceSaving> heavy_;  // these three beyond the limit only
    std::optional<KeyTable> pending_;   // distinct keys of the last records, not yet handed on
    std::vector<WeighedKey> batch_;
    std::uint64_t hash_end_ = 0;  // sampled are hashes below; 0 stands for all
    std::uint64_t keys_per_sampled_ = 1;
    std::uint64_t rows_ = 0;
    std::uint64_t weight_ = 0;
    std::map<std::int32_t, std::uint64_t> keyless_;
    bool has_partitions_ = false;  // then a counted form is 4 bytes of partition and the key
    std::vector<std::string> forms_ = std::vector<std::string>(block);
};

}  // namespace odradek
