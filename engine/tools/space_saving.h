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

/// The heaviest keys of a stream in fixed memory: Space-Saving (Metwally, Agrawal, El Abbadi 2005).
///
/// With k counters no count is more than total / k too high, and every key heavier than total / k
/// has a counter. A new key takes over the smallest counter and inherits its weight as its error.
class SpaceSaving {
public:
    /// `capacity` > 0 counters.
    explicit SpaceSaving(std::size_t capacity);

    /// `hash` is any good 64-bit hash of `key`, the same one for the same key.
    void add(std::string_view key, std::uint64_t hash, std::uint64_t weight);

    /// The keys that have no counter weigh at most `weight` each: true from before the first `add`.
    void admit_left_out(std::uint64_t weight) { left_out_ = weight; }

    /// Counters by weight, heaviest first, equal weights by key; at most `count`.
    [[nodiscard]] std::vector<HeavyKey> heaviest(std::size_t count) const;

    /// A key without counter weighs at most this.
    [[nodiscard]] std::uint64_t unseen_max() const;

private:
    struct Counter {
        std::uint64_t hash = 0;
        std::uint64_t weight = 0;
        std::uint64_t error = 0;
        std::size_t place = 0;  // in heap_
        std::string key;
    };
    static constexpr std::uint32_t no_counter = 0xFFFF'FFFFU;

    [[nodiscard]] std::size_t find(std::string_view key, std::uint64_t hash) const;
    void unlink(std::size_t slot);
    void settle(std::size_t place);
    void put(std::size_t place, std::uint32_t counter);

    std::size_t capacity_;
    std::uint64_t left_out_ = 0;
    std::vector<Counter> counters_;
    std::vector<std::uint32_t> heap_;   // counters, the smallest weight first
    std::vector<std::uint32_t> slots_;  // open addressing by hash, power of two, at most 1/4 full
};

}  // namespace odradek
