#include "engine/kafka/partition_table.h"

namespace odradek::kafka {

PartitionIndex PartitionTable::intern(
    rd_kafka_t* client, const std::string& topic, std::int32_t partition
) {
    const auto [found, is_new] = topic_numbers_.try_emplace(topic, topics_.size());
    if (is_new) {
        // A handle of our own pins the address under which messages name their topic.
        topics_.push_back({TopicHandle{rd_kafka_topic_new(client, topic.c_str(), nullptr)}, {}});
    }
    TopicEntry& entry = topics_[found->second];
    const auto at = static_cast<std::size_t>(partition);
    if (at >= entry.partitions.size()) entry.partitions.resize(at + 1);
    if (entry.partitions[at] == 0) {
        entries_.emplace_back();
        entries_.back().name = {topic, PartitionId{partition}};
        entries_.back().queue.reset(rd_kafka_queue_get_partition(client, topic.c_str(), partition));
        entry.partitions[at] = static_cast<std::uint32_t>(entries_.size());
    }
    return PartitionIndex{entry.partitions[at] - 1};
}

std::optional<PartitionIndex> PartitionTable::find(
    const rd_kafka_topic_t* topic, std::int32_t partition
) const {
    const auto number = [&]() -> std::optional<std::size_t> {
        for (std::size_t at = 0; at < topics_.size(); ++at) {
            if (topics_[at].handle.get() == topic) return at;
        }
        const auto named = topic_numbers_.find(rd_kafka_topic_name(topic));
        if (named == topic_numbers_.end()) return std::nullopt;
        return named->second;
    }();
    if (!number) return std::nullopt;
    const std::vector<std::uint32_t>& partitions = topics_[*number].partitions;
    const auto at = static_cast<std::size_t>(partition);
    if (at >= partitions.size() || partitions[at] == 0) return std::nullopt;
    return PartitionIndex{partitions[at] - 1};
}

}  // namespace odradek::kafka
