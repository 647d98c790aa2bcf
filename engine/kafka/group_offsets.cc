#include "engine/kafka/group_offsets.h"

#include "engine/kafka/error_map.h"
#include "engine/kafka/handle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace odradek::kafka {

namespace {

using GroupRequestHandle =
    Owned<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy>;
using AlterRequestHandle =
    Owned<rd_kafka_AlterConsumerGroupOffsets_t, rd_kafka_AlterConsumerGroupOffsets_destroy>;

/// A client with a queue for the answer to one request of one kind.
struct AdminCall {
    ClientHandle client;
    AdminOptionsHandle options;
    QueueHandle queue;
    int limit_ms = 0;

    [[nodiscard]] EventHandle wait() const {
        return EventHandle{rd_kafka_queue_poll(queue.get(), limit_ms + 1'000)};
    }
};

void ignore_log(const rd_kafka_t*, int, const char*, const char*) {}

std::expected<ClientHandle, Error> open_client(const GroupOffsetsRequest& request) {
    std::array<char, 512> text{};
    ConfHandle conf{rd_kafka_conf_new()};
    rd_kafka_conf_set_log_cb(conf.get(), &ignore_log);  // what matters comes back as an Error
    std::map<std::string, std::string> settings = request.properties;
    settings["bootstrap.servers"] = request.brokers;
    for (const auto& [name, value] : settings) {
        if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size()) !=
            RD_KAFKA_CONF_OK) {
            return std::unexpected(Error{Errc::invalid_options, text.data(), name});
        }
    }
    ClientHandle client{rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text.data(), text.size())};
    if (client == nullptr) {
        return std::unexpected(Error{Errc::invalid_options, text.data(), request.brokers});
    }
    static_cast<void>(conf.release());  // rd_kafka_new took it
    return client;
}

GroupOffset offset_of(const rd_kafka_topic_partition_t& entry) {
    GroupOffset offset{
        .partition = {entry.topic, PartitionId{entry.partition}},
        .next_to_read = Offset{entry.offset},
        .metadata = {}};
    // Not metadata_size: before 2.6.1 the text may be cut at a NUL inside it (BM-216).
    if (const auto* text = static_cast<const char*>(entry.metadata); text != nullptr) {
        offset.metadata.assign(text, strnlen(text, entry.metadata_size));
    }
    return offset;
}

std::expected<AdminCall, Error> open_call(
    const GroupOffsetsRequest& request, rd_kafka_admin_op_t kind
) {
    if (request.group.empty()) {
        return std::unexpected(Error{Errc::invalid_options, "the group's name is empty", "group"});
    }
    auto client = open_client(request);
    if (!client) return std::unexpected(client.error());
    AdminCall call{.client = *std::move(client), .options = nullptr, .queue = nullptr};
    call.limit_ms = static_cast<int>(request.limit.count());
    call.options.reset(rd_kafka_AdminOptions_new(call.client.get(), kind));
    call.queue.reset(rd_kafka_queue_new(call.client.get()));
    std::array<char, 512> text{};
    if (rd_kafka_AdminOptions_set_request_timeout(
            call.options.get(), call.limit_ms, text.data(), text.size()
        ) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(Error{Errc::invalid_options, text.data(), "limit"});
    }
    return call;
}

/// What the cluster answered: its groups, of which the request named one.
std::span<const rd_kafka_group_result_t*> groups_of(rd_kafka_event_t* event) {
    std::size_t count = 0;
    const rd_kafka_group_result_t** groups = nullptr;
    if (const auto* read = rd_kafka_event_ListConsumerGroupOffsets_result(event); read != nullptr) {
        groups = rd_kafka_ListConsumerGroupOffsets_result_groups(read, &count);
    } else {
        groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
            rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count
        );
    }
    return {groups, count};
}

/// Hands each partition of the answer to `take`; the first error that it holds, if any.
template <class Take>
std::optional<Error> read_answer(
    rd_kafka_event_t* event, const GroupOffsetsRequest& request, Take take
) {
    if (event == nullptr) return to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, request.brokers);
    if (const auto code = rd_kafka_event_error(event); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return to_error(code, request.brokers, rd_kafka_event_error_string(event));
    }
    for (const rd_kafka_group_result_t* group : groups_of(event)) {
        if (const auto* error = rd_kafka_group_result_error(group); error != nullptr) {
            return to_error(
                rd_kafka_error_code(error), request.group, rd_kafka_error_string(error)
            );
        }
        const auto* list = rd_kafka_group_result_partitions(group);
        for (int at = 0; list != nullptr && at < list->cnt; ++at) {
            const rd_kafka_topic_partition_t& entry = list->elems[at];
            if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                return to_error(
                    entry.err, to_string(TopicPartition{entry.topic, PartitionId{entry.partition}})
                );
            }
            take(entry);
        }
    }
    return std::nullopt;
}

/// Reads the ends of the logs; after a broker that does not answer no other is asked.
void add_logs(rd_kafka_t* client, int limit_ms, std::vector<GroupOffset>& offsets) {
    std::optional<Error> unreachable;
    for (GroupOffset& offset : offsets) {
        offset.log_error = unreachable;
        if (unreachable) continue;
        std::int64_t low = 0;
        std::int64_t high = 0;
        const auto code = rd_kafka_query_watermark_offsets(
            client,
            offset.partition.topic.c_str(),
            offset.partition.partition.value(),
            &low,
            &high,
            limit_ms
        );
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            offset.log = OffsetRange{Offset{low}, Offset{high}};
            continue;
        }
        offset.log_error = to_error(code, to_string(offset.partition));
        if (offset.log_error->code == Errc::broker_unreachable) unreachable = offset.log_error;
    }
}

}  // namespace

std::expected<std::vector<GroupOffset>, Error> read_group_offsets(const GroupOffsetsRequest& request
) {
    const auto call = open_call(request, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    if (!call) return std::unexpected(call.error());
    // Without a list of partitions the broker answers with all that the group has stored.
    const GroupRequestHandle wanted{
        rd_kafka_ListConsumerGroupOffsets_new(request.group.c_str(), nullptr)};
    rd_kafka_ListConsumerGroupOffsets_t* only = wanted.get();
    rd_kafka_ListConsumerGroupOffsets(
        call->client.get(), &only, 1, call->options.get(), call->queue.get()
    );
    const EventHandle event = call->wait();
    std::vector<GroupOffset> offsets;
    auto error = read_answer(event.get(), request, [&](const rd_kafka_topic_partition_t& entry) {
        const bool is_wanted = !request.topic || *request.topic == entry.topic;
        if (is_wanted && entry.offset >= 0) offsets.push_back(offset_of(entry));
    });
    if (error) return std::unexpected(*std::move(error));
    std::ranges::sort(offsets, {}, &GroupOffset::partition);
    add_logs(call->client.get(), call->limit_ms, offsets);
    return offsets;
}

std::expected<void, Error> write_group_offsets(
    const GroupOffsetsRequest& request, std::span<const GroupOffset> offsets
) {
    const auto call = open_call(request, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS);
    if (!call) return std::unexpected(call.error());
    const PartitionListHandle list{
        rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size()))};
    for (const GroupOffset& offset : offsets) {
        rd_kafka_topic_partition_t& entry = *rd_kafka_topic_partition_list_add(
            list.get(), offset.partition.topic.c_str(), offset.partition.partition.value()
        );
        entry.offset = offset.next_to_read.value();
        if (offset.metadata.empty()) continue;
        entry.metadata = strndup(offset.metadata.data(), offset.metadata.size());
        entry.metadata_size = offset.metadata.size();
    }
    const AlterRequestHandle wanted{
        rd_kafka_AlterConsumerGroupOffsets_new(request.group.c_str(), list.get())};
    rd_kafka_AlterConsumerGroupOffsets_t* only = wanted.get();
    rd_kafka_AlterConsumerGroupOffsets(
        call->client.get(), &only, 1, call->options.get(), call->queue.get()
    );
    const EventHandle event = call->wait();
    auto error = read_answer(event.get(), request, [](const rd_kafka_topic_partition_t&) {});
    if (error) return std::unexpected(*std::move(error));
    return {};
}

}  // namespace odradek::kafka
