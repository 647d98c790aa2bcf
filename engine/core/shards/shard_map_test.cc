#include "engine/core/shards/shard_map.h"

#include "odradek/contract.h"

#include "engine/base/random.h"

#include <array>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// A map whose shards have one live record each, as the keys of real ones lie in their records.
class Keys {
public:
    Slot find_or_add(const std::string& key, std::uint32_t partition = 0) {
        const std::string& copy = buffers_.emplace_back(key);  // a buffer of its own each time
        return find_or_add(ShardKey{
            .partition = PartitionIndex{partition},
            .kind = ShardKind::key,
            .key = std::as_bytes(std::span{copy.data(), copy.size()})});
    }

    Slot find_or_add(const ShardKey& key) {
        const Slot shard = map.find_or_add(key);
        if (map[shard].key_record == no_slot) {
            const Slot record = records.add();
            records[record].key = key.key;
            map[shard].key_record = record;
            map[shard].head = record;
        }
        return shard;
    }

    void remove(Slot shard) {
        records.remove(map[shard].key_record);
        map[shard].head = no_slot;
        map.remove(shard);
    }

    RecordTable records;
    ShardMap map{records, 42};

private:
    std::deque<std::string> buffers_;
};

}  // namespace

TEST(ShardMap, takes_equal_bytes_in_different_buffers_for_one_key) {
    Keys keys;
    const Slot shard = keys.find_or_add("customer-17");
    EXPECT_EQ(keys.find_or_add("customer-17"), shard);
    EXPECT_NE(keys.find_or_add("customer-18"), shard);
    EXPECT_NE(keys.find_or_add("customer-1"), shard);
    EXPECT_EQ(keys.map.size(), 3U);
}

TEST(ShardMap, keeps_keys_of_equal_hash_apart) {
    // A true collision of 64 bits is not to be had. A record whose key bytes change behind the
    // map's back gives the same: found by the hash of "a", it reads "b".
    Keys keys;
    const std::array bytes{std::byte{'a'}};
    const std::array others{std::byte{'b'}};
    const ShardKey one{.partition = PartitionIndex{0}, .kind = ShardKind::key, .key = bytes};
    const Slot first = keys.find_or_add(one);
    keys.records[keys.map[first].key_record].key = others;
    const Slot second = keys.find_or_add(one);
    EXPECT_NE(second, first) << "equal hash, other bytes";
    EXPECT_EQ(keys.map[second].hash, keys.map[first].hash);
    EXPECT_EQ(keys.map.size(), 2U);
}

TEST(ShardMap, separates_null_from_empty_keys_lanes_and_partitions) {
    Keys keys;
    const auto shard = [&](std::uint32_t partition, ShardKind kind, std::uint32_t lane = 0) {
        return keys.find_or_add(ShardKey{
            .partition = PartitionIndex{partition}, .kind = kind, .lane = VirtualPartition{lane}});
    };
    std::vector<Slot> all{
        shard(0, ShardKind::null_key),
        shard(0, ShardKind::unordered),
        shard(0, ShardKind::partition),
        shard(0, ShardKind::lane, 0),
        shard(0, ShardKind::lane, 1),
        shard(1, ShardKind::null_key),
        keys.find_or_add("", 0),
        keys.find_or_add("", 1)};
    EXPECT_EQ(std::set<Slot>(all.begin(), all.end()).size(), all.size());
    EXPECT_EQ(shard(0, ShardKind::null_key), all[0]);
    EXPECT_EQ(shard(0, ShardKind::lane, 1), all[4]);
    EXPECT_EQ(keys.find_or_add("", 1), all[7]);
}

TEST(ShardMap, behaves_like_a_plain_map_through_growth_and_removal) {
    Keys keys;
    Random random{5};
    std::map<std::pair<std::uint32_t, std::string>, Slot> model;
    for (int step = 0; step < 60'000; ++step) {
        const std::uint64_t spread = step % 20'000 < 12'000 ? 6'000 : 40;  // grows, then shrinks
        const auto partition = static_cast<std::uint32_t>(random.below(3));
        const std::string key = std::to_string(random.below(spread));
        const auto found = model.find({partition, key});
        if (found != model.end() && random.chance({.part = 1, .whole = 2})) {
            keys.remove(found->second);
            model.erase(found);
        } else {
            const Slot shard = keys.find_or_add(key, partition);
            if (found != model.end()) {
                ASSERT_EQ(shard, found->second);
            }
            model[{partition, key}] = shard;
        }
        ASSERT_EQ(keys.map.size(), model.size());
        if (spread == 40 && !model.empty() && random.chance({.part = 1, .whole = 2})) {
            keys.remove(model.begin()->second);
            model.erase(model.begin());
        }
    }
    std::size_t used = 0;
    for (Slot shard = 0; shard < keys.map.shards_end(); ++shard) {
        used += keys.map[shard].is_used ? 1U : 0U;
    }
    EXPECT_EQ(used, model.size());
    for (const auto& [key, shard] : model) {
        EXPECT_EQ(keys.find_or_add(key.second, key.first), shard);
    }
}

TEST(ShardMap, removes_only_what_is_empty) {
    Keys keys;
    const Slot shard = keys.find_or_add("a");
    EXPECT_THROW(keys.map.remove(shard), ContractViolation) << "a record waits";
    keys.map[shard].head = no_slot;
    keys.map[shard].out = 1;
    EXPECT_THROW(keys.map.remove(shard), ContractViolation) << "a record is out";
    keys.map[shard].out = 0;
    keys.map.remove(shard);
    EXPECT_EQ(keys.map.size(), 0U);
}

}  // namespace odradek
