#include "engine/tools/key_table.h"

#include "odradek/contract.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include <sys/mman.h>

namespace odradek {

namespace {

constexpr std::size_t initial_capacity = 1024;
constexpr std::uint64_t every_hash = std::numeric_limits<std::uint64_t>::max();

/// Both halves of the 128-bit product folded: each input bit reaches all output bits.
std::uint64_t folded_product(std::uint64_t one, std::uint64_t other) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(one) * other;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t load(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    return word;
}

}  // namespace

std::uint64_t table_hash(std::string_view key) {
    constexpr std::uint64_t first = 0x9E37'79B9'7F4A'7C15U;  // odd, from the golden ratio
    constexpr std::uint64_t second = 0xD1B5'4A32'D192'ED03U;
    std::uint64_t hash = first ^ key.size();
    const char* at = key.data();
    std::size_t left = key.size();
    for (; left >= 8; at += 8, left -= 8) {
        hash = folded_product(hash ^ load(at, 8), second) + first;
    }
    hash = folded_product(hash ^ load(at, left), second) + first;
    return folded_product(hash, first);
}

KeyTable::Long KeyTable::Entry::elsewhere_key() const {
    Long key{};
    std::memcpy(&key.hash, bytes.data(), sizeof(key.hash));
    std::memcpy(static_cast<void*>(&key.bytes), bytes.data() + 8, sizeof(key.bytes));
    std::memcpy(&key.length, bytes.data() + 16, sizeof(key.length));
    return key;
}

std::string_view KeyTable::Entry::key() const {
    if (tag != elsewhere) return {bytes.data(), tag - 1UL};
    const Long outside = elsewhere_key();
    return {outside.bytes, outside.length};
}

bool KeyTable::Entry::holds(std::string_view key, std::uint64_t hash) const {
    if (tag != elsewhere) {
        return tag == key.size() + 1 && std::memcmp(bytes.data(), key.data(), key.size()) == 0;
    }
    const Long outside = elsewhere_key();
    return outside.hash == hash && std::string_view{outside.bytes, outside.length} == key;
}

void KeyTable::Unmap::operator()(Entry* entries) const {
    munmap(entries, bytes);
}

/// Zeroed pages, huge ones where the system has them: a table of many keys misses the TLB at every
/// record otherwise.
KeyTable::Pages KeyTable::fresh_pages(std::size_t capacity) {
    const std::size_t bytes = capacity * sizeof(Entry);
    void* const pages =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ensures(pages != MAP_FAILED);
    (void)madvise(pages, bytes, MADV_HUGEPAGE);  // a wish
    return Pages{static_cast<Entry*>(pages), Unmap{bytes}};
}

KeyTable::KeyTable() : entries_(fresh_pages(initial_capacity)), mask_(initial_capacity - 1) {}

const char* KeyTable::keep(std::string_view key) {
    if (chunk_used_ + key.size() > chunk_bytes) {
        const std::size_t bytes = std::max(chunk_bytes, key.size());
        chunks_.emplace_back(new char[bytes]);
        chunk_used_ = 0;
    }
    char* const place = chunks_.back().get() + chunk_used_;
    std::memcpy(place, key.data(), key.size());
    chunk_used_ += key.size();
    return place;
}

void KeyTable::put(std::string_view key, std::uint64_t hash, std::uint64_t weight, Entry& entry) {
    entry.weight = weight;
    ++size_;
    if (key.size() <= Entry::inside_max) {
        entry.tag = static_cast<unsigned char>(key.size() + 1);
        std::memcpy(entry.bytes.data(), key.data(), key.size());
        return;
    }
    const char* const bytes = keep(key);
    const auto length = static_cast<std::uint32_t>(key.size());
    entry.tag = Entry::elsewhere;
    std::memcpy(entry.bytes.data(), &hash, sizeof(hash));
    std::memcpy(entry.bytes.data() + 8, static_cast<const void*>(&bytes), sizeof(bytes));
    std::memcpy(entry.bytes.data() + 16, &length, sizeof(length));
}

void KeyTable::add(std::string_view key, std::uint64_t hash, std::uint64_t weight) {
    std::size_t at = hash & mask_;
    while (entries_[at].is_used()) {
        if (entries_[at].holds(key, hash)) {
            entries_[at].weight += weight;
            return;
        }
        at = (at + 1) & mask_;
    }
    put(key, hash, weight, entries_[at]);
    const std::size_t capacity = mask_ + 1;
    if (size_ * 8 > capacity * 5) rebuild(capacity * 2, every_hash);
}

void KeyTable::keep_below(std::uint64_t hash_end) {
    rebuild(mask_ + 1, hash_end);
}

void KeyTable::rebuild(std::size_t capacity, std::uint64_t hash_end) {
    expects(std::has_single_bit(capacity));
    const std::size_t old_capacity = mask_ + 1;
    const Pages old = std::exchange(entries_, fresh_pages(capacity));
    const auto old_chunks = std::exchange(chunks_, {});
    chunk_used_ = chunk_bytes;
    mask_ = capacity - 1;
    size_ = 0;
    for (std::size_t from = 0; from < old_capacity; ++from) {
        const Entry& entry = old[from];
        if (!entry.is_used()) continue;
        const std::uint64_t hash =
            entry.tag == Entry::elsewhere ? entry.elsewhere_key().hash : table_hash(entry.key());
        if (hash_end != every_hash && hash >= hash_end) continue;
        std::size_t at = hash & mask_;
        while (entries_[at].is_used()) {
            at = (at + 1) & mask_;
        }
        put(entry.key(), hash, entry.weight, entries_[at]);
    }
}

}  // namespace odradek
