#pragma once

#include "simulator/broker/messages.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace odradek::sim {

class Cluster;

/// Transactional producers by their transactional id (broker-model.md, section 7). What the
/// transaction coordinator and the markers take time for in Kafka is done at once (FIDELITY.md).
class Transactions {
public:
    explicit Transactions(Cluster& cluster) : cluster_(cluster) {}

    /// A producer takes the id over: its predecessor is fenced and what it left open is aborted
    /// (BM-240, BM-241). Returns the producer's number.
    std::uint64_t init(const std::string& id);

    // Each answers client_fenced when another producer has taken the id over (BM-243).
    KafkaError append(std::uint64_t producer, PartitionNumber partition, const NewRecord& record);
    /// Pending until the end: without a member in the metadata it is always accepted (BM-253).
    KafkaError store_offsets(
        std::uint64_t producer, const std::string& group, const std::vector<OffsetToStore>& offsets
    );
    KafkaError end(std::uint64_t producer, bool committed);

private:
    struct Open {
        std::set<PartitionNumber> partitions;
        std::set<std::string> groups;
    };

    [[nodiscard]] bool is_fenced(std::uint64_t producer) const;

    Cluster& cluster_;
    std::map<std::string, std::uint64_t> producer_of_;
    std::map<std::uint64_t, Open> open_;
    std::uint64_t last_producer_ = 0;
};

}  // namespace odradek::sim
