#pragma once

#include "engine/base/lane_hash.h"
#include "engine/core/shards/record_table.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace odradek {

/// What a shard keeps in order.
enum class ShardKind : unsigned char {
    unordered,  ///< nothing: its records run side by side
    partition,  ///< all of a partition
    key,        ///< equal key bytes of a partition
    null_key,   ///< records without key of a partition
    lane,       ///< a virtual partition of a partition
};

/// Identity of a shard. Without an epoch: a key stays busy across a revoke and return until its
/// handler has ended (PC-22).
struct ShardKey {
    PartitionIndex partition;
    ShardKind kind = ShardKind::key;
    VirtualPartition lane;           ///< only with ShardKind::lane
    std::span<const std::byte> key;  ///< only with ShardKind::key
};

/// An ordered queue of waiting records, and how many of it are out.
struct Shard {
    std::uint64_t hash = 0;
    PartitionIndex partition;
    VirtualPartition lane;
    Slot head = no_slot;  ///< waiting records, in offset order
    Slot tail = no_slot;
    Slot key_record = no_slot;  ///< live record whose key bytes are the shard's: the youngest one
    Slot next_ready = no_slot;  ///< behind it in the ready list
    std::uint32_t out = 0;      ///< handed out, deferred, held or with the dead-letter producer
    std::uint32_t running = 0;  ///< of these, with the executor
    ShardKind kind = ShardKind::key;
    bool is_ready = false;    ///< is in the ready list
    bool is_blocked = false;  ///< its head may not start yet
    bool is_stopped = false;  ///< a record of the batch that runs was not done: later ones wait
    bool is_used = false;     ///< has an identity; false for a free place of the slab

    /// Its head may start now.
    [[nodiscard]] bool can_start() const {
        return head != no_slot && !is_blocked && (out == 0 || kind == ShardKind::unordered);
    }
    [[nodiscard]] bool is_empty() const { return head == no_slot && out == 0; }
};

/// All shards that have a live record; none outlives its last one. Open addressing with linear
/// probing over 8-byte entries; keys are compared byte for byte, so no two keys share a shard.
class ShardMap {
public:
    ShardMap(const RecordTable& records, std::uint64_t salt);

    [[nodiscard]] Shard& operator[](Slot shard) { return shards_[shard]; }
    [[nodiscard]] const Shard& operator[](Slot shard) const { return shards_[shard]; }

    /// The hash of an identity, for those that ask in batches.
    [[nodiscard]] std::uint64_t hash_of(const ShardKey& key) const;

    /// The shard of `key`, made if there is none. `key_record` of a new one is for the caller to
    /// set before the next call. Expected O(1).
    Slot find_or_add(const ShardKey& key) { return find_or_add(key, hash_of(key)); }
    Slot find_or_add(const ShardKey& key, std::uint64_t hash);

    /// Fetches into the cache what find_or_add() or remove() will look at: first the entry, and
    /// some records later the shard behind it.
    void prefetch_entry(std::uint64_t hash) const {
        __builtin_prefetch(&entries_[home_of(tag_of(hash))]);
    }
    void prefetch_shard(std::uint64_t hash) const {
        const Slot shard = entries_[home_of(tag_of(hash))].shard;
        if (shard != no_slot) __builtin_prefetch(&shards_[shard]);
    }
    void prefetch(Slot shard) const {
        if (shard < shards_.size()) __builtin_prefetch(&shards_[shard]);
    }

    /// Removes an empty shard.
    void remove(Slot shard);

    [[nodiscard]] std::size_t size() const { return count_; }

    /// One past the highest shard number ever used, for scans; a free place has is_used == false.
    [[nodiscard]] Slot shards_end() const { return static_cast<Slot>(shards_.size()); }

private:
    struct Entry {
        std::uint32_t tag = 0;  ///< half of the hash; its place is made of it, too
        Slot shard = no_slot;   ///< no_slot: the place is free
    };

    static constexpr std::uint32_t tag_of(std::uint64_t hash) {
        return static_cast<std::uint32_t>(hash >> 32U);
    }
    [[nodiscard]] std::size_t home_of(std::uint32_t tag) const {
        return tag & (entries_.size() - 1);
    }
    [[nodiscard]] bool is_same(const Shard& shard, const ShardKey& key) const;
    [[nodiscard]] Slot add_shard(const ShardKey& key, std::uint64_t hash);
    void grow();

    const RecordTable& records_;
    LaneHash hash_;
    std::vector<Entry> entries_;  // size is a power of two
    std::size_t count_ = 0;
    std::vector<Shard> shards_;
    Slot free_head_ = no_slot;  // free shards are linked through `next_ready`
};

}  // namespace odradek
