#include "simulator/broker/transactions.h"

#include "simulator/broker/cluster.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {

std::uint64_t Transactions::init(const std::string& id) {
    const auto former = producer_of_.find(id);
    if (former != producer_of_.end()) (void)end(former->second, false);
    producer_of_[id] = ++last_producer_;
    return last_producer_;
}

bool Transactions::is_fenced(std::uint64_t producer) const {
    return std::ranges::none_of(producer_of_, [producer](const auto& entry) {
        return entry.second == producer;
    });
}

KafkaError Transactions::append(
    std::uint64_t producer, PartitionNumber partition, const NewRecord& record
) {
    if (is_fenced(producer)) return KafkaError::client_fenced;
    open_[producer].partitions.insert(partition);
    cluster_.partition(partition).log.append_in_transaction(record, producer);
    cluster_.wake_fetches(cluster_.partition(partition));  // who reads uncommitted
    return KafkaError::none;
}

KafkaError Transactions::store_offsets(
    std::uint64_t producer, const std::string& group, const std::vector<OffsetToStore>& offsets
) {
    if (is_fenced(producer)) return KafkaError::client_fenced;
    open_[producer].groups.insert(group);
    cluster_.coordinator_of(group).store_pending(group, producer, offsets);
    return KafkaError::none;
}

KafkaError Transactions::end(std::uint64_t producer, bool committed) {
    if (is_fenced(producer)) return KafkaError::client_fenced;
    const Open ended = std::exchange(open_[producer], {});
    for (const PartitionNumber number : ended.partitions) {
        Partition& partition = cluster_.partition(number);
        partition.log.end_transaction(producer, committed);
        cluster_.wake_fetches(partition);
    }
    for (const std::string& group : ended.groups)
        cluster_.coordinator_of(group).end_pending(group, producer, committed);
    return KafkaError::none;
}

}  // namespace odradek::sim
