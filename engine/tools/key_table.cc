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

template <typename Word>
std::uint64_t load(const char* bytes) {
    Word word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    return word;
}

/// As std::memcmp, by few overlapping words: most keys are short, and a call costs more than they.
bool are_equal(const char* one, const char* other, std::size_t size) {
    if (size > 16) {
        return load<std::uint64_t>(one) == load<std::uint64_t>(other) &&
               load<std::uint64_t>(one + 8) == load<std::uint64_t>(other + 8) &&
               std::memcmp(one + 16, other + 16, size - 16) == 0;
    }
    if (size >= 8) {
        return load<std::uint64_t>(one) == load<std::uint64_t>(other) &&
               load<std::uint64_t>(one + size - 8) == load<std::uint64_t>(other + size - 8);
    }
    if (size >= 4) {
        return load<std::uint32_t>(one) == load<std::uint32_t>(other) &&
               load<std::uint32_t>(one + size - 4) == load<std::uint32_t>(other + size - 4);
    }
    return std::memcmp(one, other, size) == 0;
}

}  // namespace

std::uint64_t table_hash(std::string_view key) {
    constexpr std::uint64_t first = 0x9E37'79B9'7F4A'7C15U;  // odd, from the golden ratio
    constexpr std::uint64_t second = 0xD1B5'4A32'D192'ED03U;
    std::uint64_t hash = first;
    const char* at = key.data();
    std::size_t left = key.size();
    for (; left > 16; at += 16, left -= 16) {
        hash = folded_product(hash ^ load<std::uint64_t>(at), second ^ load<std::uint64_t>(at + 8));
    }
    std::uint64_t low = 0;  // the last 0 to 16 bytes, overlapping where they are not 16
    std::uint64_t high = 0;
    if (left >= 8) {
        low = load<std::uint64_t>(at);
        high = load<std::uint64_t>(at + left - 8);
    } else if (left >= 4) {
        low = load<std::uint32_t>(at);
        high = load<std::uint32_t>(at + left - 4);
    } else if (left > 0) {
        low = load<unsigned char>(at) << 16U | load<unsigned char>(at + left / 2) << 8U |
              load<unsigned char>(at + left - 1);
    }
    return folded_product(folded_product(hash ^ low, second ^ high) ^ key.size(), first);
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
        return tag == key.size() + 1 && are_equal(bytes.data(), key.data(), key.size());
    }
    const Long outside = elsewhere_key();
    return outside.hash == hash && std::string_view{outside.bytes, outside.length} == key;
}

void KeyTable::Unmap::operator()(Entry* entries) const {
    munmap(entries, bytes);
}

namespace {

/// Zeroed pages, huge ones where the system has them: a table of many keys misses the TLB at every
/// record otherwise.
void* fresh_pages(std::size_t bytes) {
    void* const pages = mmap(
        nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0
    );
    ensures(pages != MAP_FAILED);
    (void)madvise(pages, bytes, MADV_HUGEPAGE);  // a wish
    return pages;
}

bool is_too_full(std::size_t size, std::size_t capacity) {
    return size * 8 > capacity * 5;
}

std::size_t capacity_for(std::size_t keys_max) {
    std::size_t capacity = initial_capacity;
    while (is_too_full(keys_max, capacity)) {
        capacity *= 2;
    }
    return capacity;
}

}  // namespace

KeyTable::KeyTable(std::size_t keys_max)
    : capacity_max_(capacity_for(keys_max))
    , entries_(
          static_cast<Entry*>(fresh_pages(capacity_max_ * sizeof(Entry))),
          Unmap{capacity_max_ * sizeof(Entry)}
      )
    , mask_(initial_capacity - 1) {
    expects(keys_max > 0);
}

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
    if (is_too_full(size_, mask_ + 1)) move_entries(2 * (mask_ + 1), every_hash);
}

void KeyTable::keep_below(std::uint64_t hash_end) {
    const auto old_chunks = std::exchange(chunks_, {});  // read until the last entry has moved
    chunk_used_ = chunk_bytes;
    move_entries(mask_ + 1, hash_end);
}

void KeyTable::clear() {
    std::fill_n(entries_.get(), mask_ + 1, Entry{});
    chunks_.clear();
    chunk_used_ = chunk_bytes;
    size_ = 0;
}

/// Gives every entry its place among `capacity` slots, as many or twice as many as now, or drops
/// it.
///
/// Upwards from the first free slot an entry finds its new place either at or below its old one, or
/// in the upper half: never on an entry that has not moved yet. What lies below that slot may have
/// run over the end; it waits aside.
void KeyTable::move_entries(std::size_t capacity, std::uint64_t hash_end) {
    ensures(capacity <= capacity_max_);
    const std::size_t old_capacity = mask_ + 1;
    std::size_t first_free = 0;
    while (entries_[first_free].is_used()) {
        ++first_free;
    }
    const std::vector<Entry> head(entries_.get(), entries_.get() + first_free);
    std::fill_n(entries_.get(), first_free, Entry{});
    mask_ = capacity - 1;
    size_ = 0;
    for (std::size_t from = first_free; from < old_capacity; ++from) {
        if (!entries_[from].is_used()) continue;
        const Entry entry = entries_[from];
        entries_[from].tag = 0;
        place(entry, hash_end);
    }
    for (const Entry& entry : head) {
        place(entry, hash_end);
    }
}

void KeyTable::place(const Entry& entry, std::uint64_t hash_end) {
    const bool is_long = entry.tag == Entry::elsewhere;
    const std::uint64_t hash = is_long ? entry.elsewhere_key().hash : table_hash(entry.key());
    if (hash_end != every_hash && hash >= hash_end) return;
    std::size_t at = hash & mask_;
    while (entries_[at].is_used()) {
        at = (at + 1) & mask_;
    }
    if (is_long && hash_end != every_hash) {
        put(entry.key(), hash, entry.weight, entries_[at]);  // the bytes move to new chunks
        return;
    }
    entries_[at] = entry;
    ++size_;
}

}  // namespace odradek
