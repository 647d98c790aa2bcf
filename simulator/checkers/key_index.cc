#include "simulator/checkers/key_index.h"

namespace odradek::sim {

namespace {

std::uint64_t hash_of(std::uint32_t partition, bool has_key, std::string_view key) {
    std::uint64_t hash =
        0xCBF29CE484222325U ^ (std::uint64_t{partition} << 1U) ^ (has_key ? 1U : 0U);
    for (const char letter : key) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3U;
    }
    hash = (hash ^ (hash >> 32U)) * 0x9E3779B97F4A7C15U;
    return hash ^ (hash >> 29U);
}

}  // namespace

std::uint32_t KeyIndex::number_of(std::uint32_t partition, bool has_key, std::string_view key) {
    if ((entries_.size() + 1) * 2 > slots_.size()) grow();
    const std::uint64_t hash = hash_of(partition, has_key, key);
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot] != 0) {
        const Entry& entry = entries_[slots_[slot] - 1];
        if (entry.hash == hash && entry.partition == partition && entry.has_key == has_key &&
            entry.key == key) {
            return slots_[slot] - 1;
        }
        slot = (slot + 1) & mask;
    }
    entries_.push_back({hash, partition, has_key, std::string(key)});
    slots_[slot] = static_cast<std::uint32_t>(entries_.size());
    return slots_[slot] - 1;
}

void KeyIndex::grow() {
    const std::size_t size = slots_.empty() ? 64 : slots_.size() * 2;
    slots_.assign(size, 0);
    for (std::size_t number = 0; number < entries_.size(); ++number) {
        std::size_t slot = entries_[number].hash & (size - 1);
        while (slots_[slot] != 0) {
            slot = (slot + 1) & (size - 1);
        }
        slots_[slot] = static_cast<std::uint32_t>(number + 1);
    }
}

}  // namespace odradek::sim
