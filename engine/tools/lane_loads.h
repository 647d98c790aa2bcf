#pragma once

#include "odradek/partitioner.h"

#include "engine/tools/key_counter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace odradek {

/// How keys are spread: over topic partitions, over the virtual partitions of each, over segments.
struct Layout {
    std::optional<Reducer> partitioner =
        std::nullopt;  ///< empty: the input says the partition of each record
    std::uint32_t partitions = 1;
    Reducer reducer = default_reducer();   ///< inside a partition
    std::uint32_t virtual_partitions = 0;  ///< of each partition; 0: none, lanes are keys
    Reducer segment_reducer = default_reducer();
    std::uint32_t segments = 0;  ///< 0: none
};

/// A record whose place does not exist: partition 12 of 12, or a user's reducer out of range.
struct PlacementMistake {
    std::string key;
    std::string what;

    friend bool operator==(const PlacementMistake&, const PlacementMistake&) = default;
};

/// What lies where for one set of buckets. Weight whose key binds it to no bucket is spread evenly.
struct BucketLoads {
    std::vector<std::uint64_t> weight;
    std::vector<std::uint64_t> keys;  ///< distinct keys seen, as far as they were counted
};

/// Adds up keys per partition, virtual partition and segment.
class LaneLoads final : public LoadSink {
public:
    explicit LaneLoads(Layout layout);

    /// Adds weight only.
    void add(const CountedKey& key) override { place(key, 0); }

    /// Adds weight and one distinct key.
    void add_distinct(const CountedKey& key) { place(key, 1); }

    /// A key for the counts alone: its weight is known already.
    void add_key_only(const CountedKey& key) {
        place({.key = key.key, .partition = key.partition, .weight = 0}, 1);
    }

    /// The records without key of partition `partition`, or of any (−1), by the reducers' rules.
    void add_keyless(std::int32_t partition, std::uint64_t weight);

    [[nodiscard]] const Layout& layout() const { return layout_; }

    /// By partition; by partition × virtual partitions + virtual partition; by segment.
    [[nodiscard]] BucketLoads partitions() const;
    [[nodiscard]] BucketLoads lanes() const;
    [[nodiscard]] BucketLoads segments() const;

    /// Keys by segment × virtual partitions + virtual partition; empty without both.
    [[nodiscard]] const std::vector<std::uint64_t>& segment_lane_keys() const {
        return segment_lane_keys_;
    }

    [[nodiscard]] const std::vector<PlacementMistake>& mistakes() const { return mistakes_; }

private:
    static constexpr std::size_t mistakes_max = 20;

    /// Bucket `count`, behind the last, holds what is bound to none.
    [[nodiscard]] std::uint32_t bucket(
        const Reducer& reducer, PartitionKey key, std::uint32_t count
    );
    [[nodiscard]] std::uint32_t partition_of(PartitionKey key, std::int32_t partition);
    void place(const CountedKey& key, std::uint64_t distinct);
    void place(PartitionKey key, const CountedKey& counted, std::uint64_t distinct);
    void add_mistake(PartitionKey key, std::string what);

    Layout layout_;
    std::vector<std::uint64_t> joint_weight_;  // (partitions + 1) × (lanes + 1)
    std::vector<std::uint64_t> joint_keys_;
    std::vector<std::uint64_t> segment_weight_;  // segments + 1
    std::vector<std::uint64_t> segment_keys_;
    std::vector<std::uint64_t> segment_lane_keys_;
    std::vector<PlacementMistake> mistakes_;
};

}  // namespace odradek
