#include "engine/core/shards/shard_map.h"

#include "odradek/contract.h"

#include <cstring>
#include <utility>

namespace odradek {

namespace {

constexpr std::size_t entries_min = 64;

}  // namespace

ShardMap::ShardMap(const RecordTable& records, std::uint64_t salt)
    : records_(records)
    , hash_(salt)
    , entries_(entries_min) {}

std::uint64_t ShardMap::hash_of(const ShardKey& key) const {
    const std::uint64_t domain = (std::uint64_t{key.partition.value()} << 32U) ^
                                 (std::uint64_t{key.lane.value()} << 3U) ^
                                 static_cast<std::uint64_t>(key.kind);
    return hash_(key.kind == ShardKind::key ? key.key : std::span<const std::byte>{}, domain);
}

bool ShardMap::is_same(const Shard& shard, const ShardKey& key) const {
    if (shard.partition != key.partition || shard.kind != key.kind || shard.lane != key.lane) {
        return false;
    }
    if (key.kind != ShardKind::key) return true;
    const std::span<const std::byte> own = records_[shard.key_record].key;
    return own.size() == key.key.size() &&
           (own.empty() || std::memcmp(own.data(), key.key.data(), own.size()) == 0);
}

Slot ShardMap::find_or_add(const ShardKey& key, std::uint64_t hash) {
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t at = home_of(tag_of(hash));; at = (at + 1) & mask) {
        const Entry& entry = entries_[at];
        if (entry.shard == no_slot) break;
        if (entry.tag == tag_of(hash) && is_same(shards_[entry.shard], key)) return entry.shard;
    }
    return add_shard(key, hash);
}

Slot ShardMap::add_shard(const ShardKey& key, std::uint64_t hash) {
    if ((count_ + 1) * 3 > entries_.size() * 2) grow();
    Slot shard = free_head_;
    if (shard == no_slot) {
        shard = static_cast<Slot>(shards_.size());
        shards_.emplace_back();
    } else {
        free_head_ = shards_[shard].next_ready;
    }
    shards_[shard] = Shard{
        .hash = hash,
        .partition = key.partition,
        .lane = key.lane,
        .kind = key.kind,
        .is_used = true,
    };
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = home_of(tag_of(hash));
    while (entries_[at].shard != no_slot) {
        at = (at + 1) & mask;
    }
    entries_[at] = {tag_of(hash), shard};
    ++count_;
    return shard;
}

void ShardMap::remove(Slot shard) {
    expects(shards_[shard].is_empty());
    expects(!shards_[shard].is_ready);
    const std::size_t mask = entries_.size() - 1;
    std::size_t hole = home_of(tag_of(shards_[shard].hash));
    while (entries_[hole].shard != shard) {
        expects(entries_[hole].shard != no_slot);
        hole = (hole + 1) & mask;
    }
    // Backward shift: whatever probed past the hole moves into it, so that no tombstones collect.
    for (std::size_t at = (hole + 1) & mask; entries_[at].shard != no_slot; at = (at + 1) & mask) {
        const std::size_t home = home_of(entries_[at].tag);
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            entries_[hole] = entries_[at];
            hole = at;
        }
    }
    entries_[hole] = {};
    --count_;
    shards_[shard] = Shard{.next_ready = free_head_};
    free_head_ = shard;
}

void ShardMap::grow() {
    std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
    const std::size_t mask = entries_.size() - 1;
    for (const Entry& entry : old) {
        if (entry.shard == no_slot) continue;
        std::size_t at = home_of(entry.tag);
        while (entries_[at].shard != no_slot) {
            at = (at + 1) & mask;
        }
        entries_[at] = entry;
    }
}

}  // namespace odradek
