#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// A key that weighs much. Its true weight lies in [weight − error, weight].
struct HeavyKey {
    std::string key;
    std::uint64_t weight = 0;
    std::uint64_t error = 0;

    friend bool operator==(const HeavyKey&, const HeavyKey&) = default;
};

/// A key, its `table_hash` or any other good hash, and what it weighs.
struct WeighedKey {
    std::string_view key;
    std::uint64_t hash = 0;
    std::uint64_t weight = 0;
};

/// The heaviest keys of a stream in fixed memory: Space-Saving (Metwally, Agrawal, El Abbadi 2005),
/// taken batch by batch as summaries are merged (Agarwal and others 2012).
///
/// With k counters no count is more than total / k too high, and every key heavier than total / k
/// has a counter. Proof: what a key without counter may weigh grows by d only when at least k + 1
/// keys lose d each.
class SpaceSaving {
public:
    /// `capacity` > 0 counters.
    explicit SpaceSaving(std::size_t capacity);

    /// Adds a batch, each key in it once. O(batch + capacity): a batch is better large.
    void add(std::span<const WeighedKey> batch);

    /// The keys that have no counter weigh at most `weight` each: true from before the first `add`.
    void admit_left_out(std::uint64_t weight) { left_out_ = weight; }

    /// Counters by weight, heaviest first, equal weights by key; at most `count`.
    [[nodiscard]] std::vector<HeavyKey> heaviest(std::size_t count) const;

    /// A key without counter weighs at most this.
    [[nodiscard]] std::uint64_t unseen_max() const { return left_out_; }

private:
    struct Counter {
        std::uint64_t hash = 0;
        std::uint64_t weight = 0;
        std::uint64_t error = 0;
        std::string key;
    };
    static constexpr std::uint32_t no_counter = 0xFFFF'FFFFU;

    [[nodiscard]] std::size_t find(std::string_view key, std::uint64_t hash) const;
    [[nodiscard]] std::uint64_t weight_left_out();
    void replace_light_counters(std::uint64_t floor);
    void set(Counter& counter, const WeighedKey& key) const;
    void link(std::uint32_t counter);

    std::size_t capacity_;
    std::uint64_t left_out_ = 0;
    std::vector<Counter> counters_;
    std::vector<std::uint32_t> slots_;   // open addressing by hash, power of two, at most 1/4 full
    std::vector<WeighedKey> newcomers_;  // of one batch
    std::vector<std::uint64_t> weights_;
};

}  // namespace odradek
