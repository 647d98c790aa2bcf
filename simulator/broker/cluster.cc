#include "simulator/broker/cluster.h"

#include "odradek/contract.h"

#include "simulator/broker/broker.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {

Cluster::Cluster(const BrokerSpec& spec, const std::vector<TopicSpec>& topics, Parts parts)
    : spec_(spec)
    , parts_(std::move(parts)) {
    expects(spec.count >= 1);
    for (BrokerNumber number = 0; number < spec.count; ++number) {
        brokers_.push_back(std::make_unique<Broker>(*this, number));
    }
    for (const TopicSpec& topic : topics)
        add_topic(topic);
    for (std::int32_t i = 0; i < Coordinator::partitions; ++i) {
        coordinators_.push_back(std::make_unique<Coordinator>(*this, i % spec.count));
    }
}

Cluster::~Cluster() = default;

BrokerNumber Cluster::broker_count() const {
    return static_cast<BrokerNumber>(brokers_.size());
}

Broker& Cluster::broker(BrokerNumber number) {
    return *brokers_[static_cast<std::size_t>(number)];
}

bool Cluster::is_up(BrokerNumber number) const {
    return brokers_[static_cast<std::size_t>(number)]->is_up();
}

BrokerNumber Cluster::next_alive(BrokerNumber after) const {
    for (BrokerNumber i = 1; i <= broker_count(); ++i) {
        const BrokerNumber candidate = (after + i) % broker_count();
        if (is_up(candidate)) return candidate;
    }
    return no_broker;
}

void Cluster::crash(BrokerNumber number) {
    if (!is_up(number)) return;
    broker(number).crash();
    for (Partition& partition : partitions_) {
        if (partition.leader == number) partition.leader = no_broker;
    }
    for (const auto& coordinator : coordinators_) {
        if (coordinator->leader() == number) coordinator->move_to(no_broker);
    }
    scheduler().after(spec_.election_time, world_process, [this, number] {
        elect_leaders(number);
    });
}

void Cluster::restart(BrokerNumber number) {
    if (is_up(number)) return;
    broker(number).restart();
    elect_leaders(number);
}

void Cluster::elect_leaders(BrokerNumber dead) {
    const BrokerNumber heir = is_up(dead) ? dead : next_alive(dead);
    if (heir == no_broker) return;
    for (Partition& partition : partitions_) {
        if (partition.leader == no_broker) partition.leader = heir;
    }
    for (const auto& coordinator : coordinators_) {
        if (coordinator->leader() == no_broker) coordinator->move_to(heir);
    }
}

std::int32_t Cluster::topic_count() const {
    return static_cast<std::int32_t>(topics_.size());
}

std::int32_t Cluster::partition_count(std::int32_t topic) const {
    return static_cast<std::int32_t>(numbers_[static_cast<std::size_t>(topic)].size());
}

std::int32_t Cluster::add_topic(const TopicSpec& topic) {
    const std::int32_t number = topic_count();
    topics_.push_back(topic);
    numbers_.emplace_back();
    add_partitions(number, topic.partitions);
    return number;
}

void Cluster::add_partitions(std::int32_t topic, std::int32_t count_after) {
    const TopicSpec& spec = topics_[static_cast<std::size_t>(topic)];
    for (std::int32_t id = partition_count(topic); id < count_after; ++id) {
        const PartitionNumber number{static_cast<std::uint32_t>(partitions_.size())};
        numbers_[static_cast<std::size_t>(topic)].push_back(number);
        const auto first = static_cast<BrokerNumber>(number.value()) % broker_count();
        partitions_.push_back(
            {.number = number,
             .topic = topic,
             .id = PartitionId{id},
             .leader = is_up(first) ? first : next_alive(first),
             .deleted = false,
             .log = Log{spec.batch_records_max},
             .waiting = {}}
        );
    }
}

bool Cluster::exists(PartitionNumber number) const {
    return number.value() < partitions_.size() && !partition(number).deleted;
}

void Cluster::delete_topic(std::int32_t topic) {
    for (const PartitionNumber number :
         std::exchange(numbers_[static_cast<std::size_t>(topic)], {})) {
        Partition& gone = partition(number);
        gone.deleted = true;
        wake_fetches(gone);
        for (const auto& coordinator : coordinators_)
            coordinator->forget(number);
    }
}

const std::string& Cluster::topic_name(std::int32_t topic) const {
    return topics_[static_cast<std::size_t>(topic)].name;
}

Partition& Cluster::partition(PartitionNumber number) {
    return partitions_[number.value()];
}

const Partition& Cluster::partition(PartitionNumber number) const {
    return partitions_[number.value()];
}

PartitionNumber Cluster::number_of(std::int32_t topic, PartitionId id) const {
    expects(topic >= 0 && topic < topic_count());
    expects(id.value() >= 0 && id.value() < partition_count(topic));
    return numbers_[static_cast<std::size_t>(topic)][static_cast<std::size_t>(id.value())];
}

void Cluster::move_leader(PartitionNumber number, BrokerNumber to) {
    if (!is_up(to)) return;
    Partition& moved = partition(number);
    moved.leader = to;
    wake_fetches(moved);  // whoever waits at the old leader learns that it is none
}

MetadataResponse Cluster::metadata(const std::vector<std::int32_t>& topics) const {
    MetadataResponse response;
    for (const std::int32_t topic : topics) {
        for (const PartitionNumber number : numbers_[static_cast<std::size_t>(topic)]) {
            const Partition& found = partition(number);
            response.partitions.push_back({topic, found.id, number, found.leader});
        }
    }
    return response;
}

void Cluster::wake_fetches(Partition& partition) {
    for (const auto& parked : std::exchange(partition.waiting, {})) {
        if (parked->answered) continue;
        Broker& waits_at = broker(parked->broker);
        scheduler().at(scheduler().now(), waits_at.process(), [&waits_at, parked] {
            waits_at.answer_parked(parked);
        });
    }
}

Coordinator& Cluster::coordinator_of(std::string_view group) {
    return *coordinators_[static_cast<std::size_t>(Coordinator::partition_of(group))];
}

const Coordinator& Cluster::coordinator_of(std::string_view group) const {
    return *coordinators_[static_cast<std::size_t>(Coordinator::partition_of(group))];
}

}  // namespace odradek::sim
