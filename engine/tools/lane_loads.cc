#include "engine/tools/lane_loads.h"

#include "odradek/contract.h"

#include "engine/tools/readable_key.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace odradek {

namespace {

/// Deals `weight` evenly over `lanes`; the remainder goes to the first ones.
void spread(std::uint64_t weight, std::span<std::uint64_t> lanes) {
    const std::uint64_t each = weight / lanes.size();
    const std::uint64_t rest = weight % lanes.size();
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        lanes[lane] += each + (lane < rest ? 1 : 0);
    }
}

}  // namespace

LaneLoads::LaneLoads(Layout layout) : layout_(std::move(layout)) {
    expects(layout_.partitions > 0);
    const std::size_t rows = layout_.partitions + 1UL;
    const std::size_t columns = layout_.virtual_partitions + 1UL;
    joint_weight_.resize(rows * columns);
    joint_keys_.resize(rows * columns);
    segment_weight_.resize(layout_.segments + 1UL);
    segment_keys_.resize(layout_.segments + 1UL);
    if (layout_.segments > 0) segment_lane_keys_.resize(layout_.segments * (columns - 1));
}

void LaneLoads::add_mistake(PartitionKey key, std::string what) {
    if (mistakes_.size() >= mistakes_max) return;
    mistakes_.push_back({.key = key ? readable_key(*key) : "(no key)", .what = std::move(what)});
}

std::uint32_t LaneLoads::bucket(const Reducer& reducer, PartitionKey key, std::uint32_t count) {
    if (count == 0) return 0;
    const auto result = reducer.reduce(key, count);
    if (!result) {
        add_mistake(
            key,
            fmt::format(
                "reducer {} gave {}: expected 0 to {}",
                reducer.name(),
                result.error().result,
                count - 1
            )
        );
        return 0;  // as the engine does (PS-3)
    }
    return result->value_or(count);
}

std::uint32_t LaneLoads::partition_of(PartitionKey key, std::int32_t partition) {
    if (layout_.partitioner) return bucket(*layout_.partitioner, key, layout_.partitions);
    if (partition < 0) return layout_.partitions;
    const auto number = static_cast<std::uint32_t>(partition);
    if (number < layout_.partitions) return number;
    add_mistake(
        key, fmt::format("partition {}: the topic has 0 to {}", number, layout_.partitions - 1)
    );
    return layout_.partitions;
}

void LaneLoads::place(const CountedKey& key, std::uint64_t distinct) {
    place(PartitionKey{key.key}, key, distinct);
}

void LaneLoads::add_keyless(std::int32_t partition, std::uint64_t weight) {
    const CountedKey none{.key = {}, .partition = partition, .weight = weight};
    place(PartitionKey{}, none, 0);
}

void LaneLoads::place(PartitionKey key, const CountedKey& counted, std::uint64_t distinct) {
    const std::size_t lanes = layout_.virtual_partitions;
    const std::uint32_t partition = partition_of(key, counted.partition);
    const std::uint32_t lane = bucket(layout_.reducer, key, layout_.virtual_partitions);
    const std::size_t joint = partition * (lanes + 1) + lane;
    joint_weight_[joint] += counted.weight;
    joint_keys_[joint] += distinct;
    if (layout_.segments == 0) return;
    const std::uint32_t segment = bucket(layout_.segment_reducer, key, layout_.segments);
    segment_weight_[segment] += counted.weight;
    segment_keys_[segment] += distinct;
    if (segment < layout_.segments && lane < lanes) {
        segment_lane_keys_[segment * lanes + lane] += distinct;
    }
}

BucketLoads LaneLoads::partitions() const {
    const std::size_t columns = layout_.virtual_partitions + 1UL;
    BucketLoads loads{
        .weight = std::vector<std::uint64_t>(layout_.partitions),
        .keys = std::vector<std::uint64_t>(layout_.partitions)};
    std::uint64_t unbound = 0;
    for (std::size_t at = 0; at < joint_weight_.size(); ++at) {
        const std::size_t partition = at / columns;
        if (partition == layout_.partitions) {
            unbound += joint_weight_[at];
        } else {
            loads.weight[partition] += joint_weight_[at];
            loads.keys[partition] += joint_keys_[at];
        }
    }
    spread(unbound, loads.weight);
    return loads;
}

BucketLoads LaneLoads::lanes() const {
    const std::size_t lanes = layout_.virtual_partitions;
    const std::size_t partitions = layout_.partitions;
    BucketLoads loads;
    if (lanes == 0) return loads;
    loads.weight.resize(partitions * lanes);
    loads.keys.resize(partitions * lanes);
    for (std::size_t partition = 0; partition < partitions; ++partition) {
        const std::span row = std::span{loads.weight}.subspan(partition * lanes, lanes);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            row[lane] += joint_weight_[partition * (lanes + 1) + lane];
            loads.keys[partition * lanes + lane] += joint_keys_[partition * (lanes + 1) + lane];
        }
        spread(joint_weight_[partition * (lanes + 1) + lanes], row);  // any lane of this partition
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {  // this lane of any partition
        std::vector<std::uint64_t> column(partitions);
        spread(joint_weight_[partitions * (lanes + 1) + lane], column);
        for (std::size_t partition = 0; partition < partitions; ++partition) {
            loads.weight[partition * lanes + lane] += column[partition];
        }
    }
    spread(joint_weight_.back(), loads.weight);
    return loads;
}

BucketLoads LaneLoads::segments() const {
    BucketLoads loads;
    if (layout_.segments == 0) return loads;
    const std::span weight = std::span{segment_weight_}.first(layout_.segments);
    const std::span keys = std::span{segment_keys_}.first(layout_.segments);
    loads.weight.assign(weight.begin(), weight.end());
    loads.keys.assign(keys.begin(), keys.end());
    spread(segment_weight_.back(), loads.weight);
    return loads;
}

}  // namespace odradek
