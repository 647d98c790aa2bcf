#include "engine/tools/space_saving.h"

#include "odradek/contract.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace odradek {

SpaceSaving::SpaceSaving(std::size_t capacity)
    : capacity_(capacity)
    , slots_(std::bit_ceil(capacity * 4), no_counter) {
    expects(capacity > 0 && capacity < no_counter);
    counters_.reserve(capacity);
}

/// The slot that holds the key's counter, or the free slot where it would go.
std::size_t SpaceSaving::find(std::string_view key, std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot] != no_counter) {
        const Counter& counter = counters_[slots_[slot]];
        if (counter.hash == hash && counter.key == key) break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

void SpaceSaving::link(std::uint32_t counter) {
    slots_[find(counters_[counter].key, counters_[counter].hash)] = counter;
}

/// The key may have been left out before, each time it came.
void SpaceSaving::set(Counter& counter, const WeighedKey& key) const {
    counter.hash = key.hash;
    counter.error = left_out_;
    counter.weight = left_out_ + key.weight;
    counter.key.assign(key.key);
}

void SpaceSaving::add(std::span<const WeighedKey> batch) {
    newcomers_.clear();
    for (const WeighedKey& key : batch) {
        const std::uint32_t counter = slots_[find(key.key, key.hash)];
        if (counter == no_counter) {
            newcomers_.push_back(key);
        } else {
            counters_[counter].weight += key.weight;
        }
    }
    if (counters_.size() + newcomers_.size() > capacity_) {
        replace_light_counters(weight_left_out());
        return;
    }
    for (const WeighedKey& key : newcomers_) {
        set(counters_.emplace_back(), key);
        link(static_cast<std::uint32_t>(counters_.size() - 1));
    }
}

/// The heaviest count for which there is no counter when the heaviest keys of old and new get them.
std::uint64_t SpaceSaving::weight_left_out() {
    weights_.clear();
    for (const Counter& counter : counters_) {
        weights_.push_back(counter.weight);
    }
    for (const WeighedKey& key : newcomers_) {
        weights_.push_back(left_out_ + key.weight);
    }
    const auto first_out = weights_.begin() + static_cast<std::ptrdiff_t>(capacity_);
    std::ranges::nth_element(weights_, first_out, std::greater<>{});
    return *first_out;
}

/// Newcomers above `floor` take the places of counters that are not, which stay where nobody comes.
void SpaceSaving::replace_light_counters(std::uint64_t floor) {
    std::size_t place = 0;
    for (const WeighedKey& key : newcomers_) {
        if (left_out_ + key.weight <= floor) continue;
        while (place < counters_.size() && counters_[place].weight > floor) {
            ++place;
        }
        if (place == counters_.size()) counters_.emplace_back();
        set(counters_[place++], key);
    }
    ensures(counters_.size() <= capacity_);
    left_out_ = std::max(left_out_, floor);
    std::ranges::fill(slots_, no_counter);
    for (std::uint32_t counter = 0; counter < counters_.size(); ++counter) {
        link(counter);
    }
}

std::vector<HeavyKey> SpaceSaving::heaviest(std::size_t count) const {
    std::vector<HeavyKey> keys;
    keys.reserve(counters_.size());
    for (const Counter& counter : counters_) {
        keys.push_back({.key = counter.key, .weight = counter.weight, .error = counter.error});
    }
    std::ranges::sort(keys, [](const HeavyKey& one, const HeavyKey& other) {
        if (one.weight != other.weight) return one.weight > other.weight;
        return one.key < other.key;
    });
    if (keys.size() > count) keys.resize(count);
    return keys;
}

}  // namespace odradek
