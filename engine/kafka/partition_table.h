#pragma once

#include "engine/core/event.h"
#include "engine/kafka/handle.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace odradek::kafka {

/// The numbers under which the core knows partitions, and what the adapter keeps of each.
class PartitionTable {
public:
    struct Entry {
        TopicPartition name;
        Epoch epoch;  ///< of the latest assignment
        bool is_assigned = false;
        bool is_paused = false;  ///< by us; librdkafka keeps the flag across assignments (BM-286)
        bool is_at_end = false;  ///< an end of partition was seen after the last record
        QueueHandle queue;       ///< the partition's own, forwarded while it is assigned
    };

    /// Number of a partition; made on first sight. `topic` keeps the handle's address valid.
    PartitionIndex intern(rd_kafka_t* client, const std::string& topic, std::int32_t partition);

    /// Number of the partition of a message; its topic handle was interned when it was assigned.
    [[nodiscard]] std::optional<PartitionIndex> find(
        const rd_kafka_topic_t* topic, std::int32_t partition
    ) const;

    [[nodiscard]] Entry& operator[](PartitionIndex partition) {
        return entries_[partition.value()];
    }
    [[nodiscard]] const Entry& operator[](PartitionIndex partition) const {
        return entries_[partition.value()];
    }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    [[nodiscard]] Epoch next_epoch() { return Epoch{++last_epoch_}; }

private:
    struct TopicEntry {
        TopicHandle handle;
        std::vector<std::uint32_t> partitions;  ///< index + 1 by partition number; 0: none
    };

    std::vector<Entry> entries_;
    std::vector<TopicEntry> topics_;
    std::unordered_map<std::string, std::size_t> topic_numbers_;
    std::uint32_t last_epoch_ = 0;
};

}  // namespace odradek::kafka
