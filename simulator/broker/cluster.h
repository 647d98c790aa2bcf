#pragma once

#include "odradek/types.h"

#include "engine/base/random.h"
#include "simulator/broker/broker_options.h"
#include "simulator/broker/coordinator.h"
#include "simulator/broker/log.h"
#include "simulator/broker/messages.h"
#include "simulator/broker/transactions.h"
#include "simulator/kernel/network.h"
#include "simulator/kernel/tracer.h"

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace odradek::sim {

class Broker;

/// A fetch that found nothing and waits (BM-22).
struct ParkedFetch;

struct Partition {
    PartitionNumber number{};
    std::int32_t topic = 0;
    PartitionId id{};
    BrokerNumber leader = no_broker;
    bool deleted = false;
    Log log;
    std::vector<std::shared_ptr<ParkedFetch>> waiting;
};

/// All that brokers share: topics and their logs, who leads what, and the group coordinators. The
/// replicas of a partition are not told apart: its log survives any broker (FIDELITY.md).
class Cluster {
public:
    struct Parts {
        Network& network;
        Tracer& tracer;
        Random random;  ///< for member ids and for what a failover keeps
    };
    Cluster(const BrokerSpec& spec, const std::vector<TopicSpec>& topics, Parts parts);
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;
    ~Cluster();

    [[nodiscard]] const BrokerSpec& spec() const { return spec_; }
    [[nodiscard]] Scheduler& scheduler() { return parts_.network.scheduler(); }
    [[nodiscard]] Network& network() { return parts_.network; }
    [[nodiscard]] Tracer& tracer() { return parts_.tracer; }
    [[nodiscard]] Random& random() { return parts_.random; }

    // Brokers.
    [[nodiscard]] BrokerNumber broker_count() const;
    [[nodiscard]] Broker& broker(BrokerNumber number);
    [[nodiscard]] bool is_up(BrokerNumber number) const;
    void crash(BrokerNumber number);
    void restart(BrokerNumber number);

    // Topics.
    [[nodiscard]] std::int32_t topic_count() const;
    [[nodiscard]] std::int32_t partition_count(std::int32_t topic) const;
    std::int32_t add_topic(const TopicSpec& topic);
    void add_partitions(std::int32_t topic, std::int32_t count_after);
    [[nodiscard]] Partition& partition(PartitionNumber number);
    [[nodiscard]] const Partition& partition(PartitionNumber number) const;
    [[nodiscard]] bool exists(PartitionNumber number) const;
    void delete_topic(std::int32_t topic);
    [[nodiscard]] const std::string& topic_name(std::int32_t topic) const;
    [[nodiscard]] PartitionNumber number_of(std::int32_t topic, PartitionId id) const;
    void move_leader(PartitionNumber number, BrokerNumber to);
    [[nodiscard]] MetadataResponse metadata(const std::vector<std::int32_t>& topics) const;

    /// Answers the fetches that wait for this partition, once, after all of this instant.
    void wake_fetches(Partition& partition);

    // Outputs: topics that nobody here reads.
    [[nodiscard]] std::uint64_t next_producer_id() { return producer_ids_++; }
    [[nodiscard]] bool is_new_output(std::uint64_t producer_id, std::uint64_t sequence) {
        return outputs_.emplace(producer_id, sequence).second;
    }

    [[nodiscard]] Transactions& transactions() { return transactions_; }

    // Groups.
    [[nodiscard]] Coordinator& coordinator_of(std::string_view group);
    [[nodiscard]] const Coordinator& coordinator_of(std::string_view group) const;

private:
    void elect_leaders(BrokerNumber dead);
    [[nodiscard]] BrokerNumber next_alive(BrokerNumber after) const;

    BrokerSpec spec_;
    Parts parts_;
    std::vector<TopicSpec> topics_;
    std::vector<std::unique_ptr<Broker>> brokers_;
    std::deque<Partition> partitions_;
    std::vector<std::vector<PartitionNumber>> numbers_;  ///< by topic, then id
    std::vector<std::unique_ptr<Coordinator>> coordinators_;
    Transactions transactions_{*this};
    std::uint64_t producer_ids_ = 0;
    std::set<std::pair<std::uint64_t, std::uint64_t>> outputs_;  ///< producer id and sequence
};

}  // namespace odradek::sim
