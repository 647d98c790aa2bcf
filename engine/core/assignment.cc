#include "engine/core/assignment.h"

#include "odradek/contract.h"

#include <algorithm>

namespace odradek {

void Assignment::assign(AssignedPartition partition) {
    const std::size_t at = partition.partition.value();
    if (at >= partitions_.size()) partitions_.resize(at + 1);
    OwnedPartition& entry = partitions_[at];
    expects(!entry.is_owned());
    expects(entry.epoch < partition.epoch);
    entry = OwnedPartition{.phase = OwnedPartition::Phase::loading, .epoch = partition.epoch};
    owned_.insert(std::ranges::lower_bound(owned_, partition.partition), partition.partition);
}

void Assignment::remove(PartitionIndex partition) {
    OwnedPartition* entry = find(partition);
    expects(entry != nullptr);
    *entry = OwnedPartition{.epoch = entry->epoch};
    owned_.erase(std::ranges::lower_bound(owned_, partition));
}

OwnedPartition* Assignment::find(AssignedPartition partition) {
    OwnedPartition* entry = find(partition.partition);
    return entry != nullptr && entry->epoch == partition.epoch ? entry : nullptr;
}

OwnedPartition* Assignment::find(PartitionIndex partition) {
    if (partition.value() >= partitions_.size()) return nullptr;
    OwnedPartition& entry = partitions_[partition.value()];
    return entry.is_owned() ? &entry : nullptr;
}

}  // namespace odradek
