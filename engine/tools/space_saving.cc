#include "engine/tools/space_saving.h"

#include "odradek/contract.h"

#include <algorithm>
#include <bit>

namespace odradek {

SpaceSaving::SpaceSaving(std::size_t capacity)
    : capacity_(capacity)
    , slots_(std::bit_ceil(capacity * 4), no_counter) {
    expects(capacity > 0 && capacity < no_counter);
    counters_.reserve(capacity);
    heap_.reserve(capacity);
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

/// Frees `slot` and moves what lies behind it, so that no probe meets a hole (Knuth 6.4 R).
void SpaceSaving::unlink(std::size_t slot) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = slot;
    for (std::size_t at = (slot + 1) & mask; slots_[at] != no_counter; at = (at + 1) & mask) {
        const std::size_t home = counters_[slots_[at]].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            slots_[hole] = slots_[at];
            hole = at;
        }
    }
    slots_[hole] = no_counter;
}

void SpaceSaving::put(std::size_t place, std::uint32_t counter) {
    heap_[place] = counter;
    counters_[counter].place = place;
}

/// Restores the heap after the counter at `place` has grown or has come new at the end.
void SpaceSaving::settle(std::size_t place) {
    const std::uint32_t moving = heap_[place];
    const std::uint64_t weight = counters_[moving].weight;
    while (place > 0 && counters_[heap_[(place - 1) / 2]].weight > weight) {
        put(place, heap_[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    for (;;) {
        std::size_t child = 2 * place + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() &&
            counters_[heap_[child + 1]].weight < counters_[heap_[child]].weight) {
            ++child;
        }
        if (counters_[heap_[child]].weight >= weight) break;
        put(place, heap_[child]);
        place = child;
    }
    put(place, moving);
}

void SpaceSaving::add(std::string_view key, std::uint64_t hash, std::uint64_t weight) {
    const std::size_t slot = find(key, hash);
    if (slots_[slot] != no_counter) {
        Counter& counter = counters_[slots_[slot]];
        counter.weight += weight;
        settle(counter.place);
        return;
    }
    if (counters_.size() < capacity_) {
        const auto fresh = static_cast<std::uint32_t>(counters_.size());
        counters_.push_back(
            {.hash = hash,
             .weight = left_out_ + weight,
             .error = left_out_,
             .place = heap_.size(),
             .key = std::string(key)}
        );
        heap_.push_back(fresh);
        slots_[slot] = fresh;
        settle(heap_.size() - 1);
        return;
    }
    const std::uint32_t smallest = heap_.front();
    Counter& counter = counters_[smallest];
    unlink(find(counter.key, counter.hash));
    counter.hash = hash;
    counter.error = std::max(counter.weight, left_out_);
    counter.weight = counter.error + weight;
    counter.key.assign(key);
    slots_[find(key, hash)] = smallest;
    settle(0);
}

std::uint64_t SpaceSaving::unseen_max() const {
    if (counters_.size() < capacity_) return left_out_;
    return std::max(left_out_, counters_[heap_.front()].weight);
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
