#include "engine/kafka/record_source.h"

#include <librdkafka/rdkafka.h>

namespace odradek::kafka {

namespace {

Bytes bytes_of(const void* data, std::size_t size) {
    if (data == nullptr) return std::nullopt;
    return std::span{static_cast<const std::byte*>(data), size};
}

std::vector<Header> read_headers(const void* source) {
    std::vector<Header> headers;
    rd_kafka_headers_t* list = nullptr;
    const auto* message = static_cast<const rd_kafka_message_t*>(source);
    if (rd_kafka_message_headers(message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t at = 0;
         rd_kafka_header_get_all(list, at, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++at) {
        headers.push_back({.name = name, .value = bytes_of(value, size)});
    }
    return headers;
}

}  // namespace

Record record_of(RecordHandle handle) {
    const auto* message = reinterpret_cast<const rd_kafka_message_t*>(handle.value());
    Record record;
    record.topic = rd_kafka_topic_name(message->rkt);
    record.partition = PartitionId{message->partition};
    record.offset = Offset{message->offset};
    record.key = bytes_of(message->key, message->key_len);
    record.value = bytes_of(message->payload, message->len);
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t milliseconds = rd_kafka_message_timestamp(message, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) {
        record.timestamp = Timestamp{std::chrono::milliseconds{milliseconds}};
    }
    record.read_headers = &read_headers;
    record.header_source = message;
    return record;
}

}  // namespace odradek::kafka
