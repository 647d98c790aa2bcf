#include "engine/kafka/committed_offsets.h"

#include "engine/kafka/error_map.h"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace odradek::kafka {

namespace {

constexpr int committed_timeout_ms = 10'000;
constexpr int log_end_timeout_ms = 5'000;

CommittedOffset committed_of(
    const rd_kafka_topic_partition_t& entry, AssignedPartition partition, rd_kafka_resp_err_t whole
) {
    CommittedOffset committed{.partition = partition};
    const rd_kafka_resp_err_t code = whole != RD_KAFKA_RESP_ERR_NO_ERROR ? whole : entry.err;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const TopicPartition name{entry.topic, PartitionId{entry.partition}};
        committed.error = to_error(code, to_string(name));
    } else if (entry.offset >= 0) {
        committed.next_to_read = Offset{entry.offset};
        // Not metadata_size: before 2.6.1 the text may be cut at a NUL inside it (BM-216).
        const auto* text = static_cast<const char*>(entry.metadata);
        if (text != nullptr) committed.metadata.assign(text, strnlen(text, entry.metadata_size));
    }
    return committed;
}

/// Where a leader does not answer, the end stays unknown.
void add_log_ends(
    rd_kafka_t* client, const rd_kafka_topic_partition_list_t& asked, CommittedFetched& fetched
) {
    const PartitionListHandle list{rd_kafka_topic_partition_list_new(asked.cnt)};
    std::vector<CommittedOffset*> wanted;
    for (int at = 0; at < asked.cnt; ++at) {
        CommittedOffset& offset = fetched.offsets[static_cast<std::size_t>(at)];
        if (offset.metadata.empty()) continue;
        wanted.push_back(&offset);
        const rd_kafka_topic_partition_t& partition = asked.elems[at];
        rd_kafka_topic_partition_list_add(list.get(), partition.topic, partition.partition)
            ->offset = RD_KAFKA_OFFSET_END;
    }
    if (wanted.empty()) return;
    static_cast<void>(rd_kafka_offsets_for_times(client, list.get(), log_end_timeout_ms));
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        const rd_kafka_topic_partition_t& entry = list->elems[at];
        const bool is_known = entry.err == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset >= 0;
        if (is_known) wanted[at]->log_end = Offset{entry.offset};
    }
}

}  // namespace

CommittedFetched read_committed(
    rd_kafka_t* client,
    rd_kafka_topic_partition_list_t& list,
    std::span<const AssignedPartition> partitions
) {
    const rd_kafka_resp_err_t whole = rd_kafka_committed(client, &list, committed_timeout_ms);
    CommittedFetched fetched;
    for (std::size_t at = 0; at < partitions.size(); ++at) {
        fetched.offsets.push_back(committed_of(list.elems[at], partitions[at], whole));
    }
    add_log_ends(client, list, fetched);
    return fetched;
}

}  // namespace odradek::kafka
