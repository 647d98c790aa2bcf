#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace odradek {

/// A 64-bit hash for tables and samples, unlike every hash that places keys.
[[nodiscard]] std::uint64_t table_hash(std::string_view key);

/// Distinct keys and the sum of their weights: open addressing, 32 bytes an entry, keys up to 23
/// bytes inside it. Built for streams: ask for `prefetch` some records ahead.
///
/// Address space for the fullest table is reserved at once and touched as it grows, so that growing
/// and forgetting move entries in place: fresh pages cost more than all the rest.
class KeyTable {
public:
    /// For up to `keys_max` > 0 keys, at 51 to 102 bytes a short key when full.
    explicit KeyTable(std::size_t keys_max);

    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&entries_[hash & mask_], 1); }

    /// `hash` is `table_hash(key)`. Keys up to 16 MiB; never more than `keys_max` distinct ones.
    void add(std::string_view key, std::uint64_t hash, std::uint64_t weight);

    [[nodiscard]] std::size_t size() const { return size_; }

    /// Forgets every key whose hash is `hash_end` or more.
    void keep_below(std::uint64_t hash_end);

    /// Forgets all keys.
    void clear();

    /// Calls `visit(key, weight)` for each key, in no order that means anything; the view holds as
    /// long as nothing is added.
    template <typename Visit>
    void for_each(Visit visit) const {
        for (std::size_t at = 0; at <= mask_; ++at) {
            if (entries_[at].is_used()) visit(entries_[at].key(), entries_[at].weight);
        }
    }

private:
    struct Long {
        std::uint64_t hash;
        const char* bytes;
        std::uint32_t length;
    };
    struct Entry {  // all zero: unused, as fresh pages are
        static constexpr unsigned char elsewhere = 0xFF;
        static constexpr std::size_t inside_max = 23;

        std::uint64_t weight;
        std::array<char, inside_max> bytes;  // the key, or a Long
        unsigned char tag;                   // 0 unused, length + 1, or elsewhere

        [[nodiscard]] bool is_used() const { return tag != 0; }
        [[nodiscard]] Long elsewhere_key() const;
        [[nodiscard]] std::string_view key() const;
        [[nodiscard]] bool holds(std::string_view key, std::uint64_t hash) const;
    };
    static_assert(sizeof(Entry) == 32);

    struct Unmap {
        std::size_t bytes = 0;
        void operator()(Entry* entries) const;
    };
    using Pages = std::unique_ptr<Entry[], Unmap>;

    static constexpr std::size_t chunk_bytes = 1UL << 20U;

    [[nodiscard]] const char* keep(std::string_view key);
    void put(std::string_view key, std::uint64_t hash, std::uint64_t weight, Entry& entry);
    void move_entries(std::size_t capacity, std::uint64_t hash_end);
    void place(const Entry& entry, std::uint64_t hash_end);

    std::size_t capacity_max_;
    Pages entries_;     // of capacity_max_; beyond the mask untouched
    std::size_t mask_;  // capacity − 1; the capacity is a power of two
    std::size_t size_ = 0;
    std::vector<std::unique_ptr<char[]>> chunks_;  // bytes of long keys
    std::size_t chunk_used_ = chunk_bytes;
};

}  // namespace odradek
