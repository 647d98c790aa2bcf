#include "engine/kafka/commit_log.h"

#include "engine/base/bytes.h"
#include "engine/kafka/error_map.h"
#include "engine/kafka/handle.h"

#include <array>
#include <cstdlib>
#include <limits>
#include <utility>

namespace odradek::kafka {

namespace {

using Message = Owned<rd_kafka_message_t, rd_kafka_message_destroy>;

constexpr const char* log_topic = "__consumer_offsets";

/// A string of Kafka's classic encoding: two bytes of length; −1 is null, which reads as empty.
std::optional<std::string> take_string(ByteReader& reader, std::size_t length) {
    std::string text;
    for (std::size_t index = 0; index < length; ++index) {
        const auto byte = reader.take_big_endian<std::uint8_t>();
        if (!byte) return std::nullopt;
        text.push_back(static_cast<char>(*byte));
    }
    return text;
}

std::optional<std::string> take_string(ByteReader& reader) {
    const auto length = reader.take_big_endian<std::uint16_t>();
    if (!length) return std::nullopt;
    return take_string(reader, *length == 0xFFFFU ? 0 : *length);
}

/// A string of the flexible encoding: a varint of length + 1; 0 is null.
std::optional<std::string> take_compact_string(ByteReader& reader) {
    const auto length = reader.take_varint();
    if (!length) return std::nullopt;
    return take_string(reader, *length == 0 ? 0 : static_cast<std::size_t>(*length) - 1);
}

Error failed(rd_kafka_resp_err_t code) {
    return to_error(code, log_topic);
}

std::expected<std::int32_t, Error> count_partitions(
    rd_kafka_t* client, rd_kafka_topic_t* topic, int limit_ms
) {
    const rd_kafka_metadata_t* raw = nullptr;
    const auto code = rd_kafka_metadata(client, 0, topic, &raw, limit_ms);
    const MetadataHandle metadata(raw);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(failed(code));
    const rd_kafka_metadata_topic& found = metadata->topics[0];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(failed(found.err));
    if (found.partition_cnt <= 0) {
        return std::unexpected(Error{Errc::unknown_topic, "no group has committed yet", log_topic});
    }
    return found.partition_cnt;
}

std::expected<ClientHandle, Error> make_client(const std::string& brokers) {
    ConfHandle conf(rd_kafka_conf_new());
    std::array<char, 512> text{};
    const std::array settings{
        std::pair{"bootstrap.servers", brokers.c_str()},
        std::pair{"enable.partition.eof", "true"},
        std::pair{"log_level", "2"}};
    for (const auto& [name, value] : settings) {
        if (rd_kafka_conf_set(conf.get(), name, value, text.data(), text.size()) !=
            RD_KAFKA_CONF_OK) {
            return std::unexpected(Error{Errc::invalid_options, text.data(), brokers});
        }
    }
    ClientHandle client(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), text.data(), text.size()));
    if (!client) return std::unexpected(Error{Errc::client_failed, text.data(), brokers});
    static_cast<void>(conf.release());  // rd_kafka_new took it
    return client;
}

std::span<const std::uint8_t> bytes_of(const void* data, std::size_t size) {
    return {static_cast<const std::uint8_t*>(data), data == nullptr ? 0 : size};
}

/// Reads one partition from its start to the end that it has now.
std::expected<std::vector<StoredCommit>, Error> read_partition(
    rd_kafka_topic_t* topic, std::int32_t partition, const std::string& group, int limit_ms
) {
    if (rd_kafka_consume_start(topic, partition, RD_KAFKA_OFFSET_BEGINNING) != 0) {
        return std::unexpected(failed(rd_kafka_last_error()));
    }
    std::vector<StoredCommit> commits;
    std::optional<Error> error;
    while (true) {
        const Message message(rd_kafka_consume(topic, partition, limit_ms));
        if (!message) {
            error = Error{Errc::broker_unreachable, "no answer in time", log_topic};
            break;
        }
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) break;
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            error = failed(message->err);
            break;
        }
        auto commit = parse_commit(
            group,
            bytes_of(message->key, message->key_len),
            bytes_of(message->payload, message->len)
        );
        if (commit) commits.push_back(std::move(*commit));
    }
    rd_kafka_consume_stop(topic, partition);
    if (error) return std::unexpected(std::move(*error));
    return commits;
}

}  // namespace

std::int32_t commit_log_partition(const std::string& group, std::int32_t partitions) {
    std::uint32_t hash = 0;
    for (const char letter : group) {
        hash = hash * 31U + static_cast<unsigned char>(letter);
    }
    const auto signed_hash = static_cast<std::int32_t>(hash);
    if (signed_hash == std::numeric_limits<std::int32_t>::min()) return 0;
    return std::abs(signed_hash) % partitions;
}

std::optional<StoredCommit> parse_commit(
    const std::string& group, std::span<const std::uint8_t> key, std::span<const std::uint8_t> value
) {
    ByteReader names(key);
    const auto kind = names.take_big_endian<std::uint16_t>();
    if (!kind || *kind > 1) return std::nullopt;  // 2 and above: members and their assignments
    if (take_string(names) != group) return std::nullopt;
    auto topic = take_string(names);
    const auto partition = names.take_big_endian<std::uint32_t>();
    ByteReader fields(value);
    const auto version = fields.take_big_endian<std::uint16_t>();
    if (!topic || !partition || !version || *version > 4) return std::nullopt;
    const auto offset = fields.take_big_endian<std::uint64_t>();
    const bool has_leader_epoch = *version >= 3;
    if (has_leader_epoch && !fields.take_big_endian<std::uint32_t>()) return std::nullopt;
    auto metadata = *version == 4 ? take_compact_string(fields) : take_string(fields);
    const auto at = fields.take_big_endian<std::uint64_t>();
    if (!offset || !metadata || !at) return std::nullopt;
    return StoredCommit{
        .partition =
            {.topic = std::move(*topic),
             .partition = PartitionId{static_cast<std::int32_t>(*partition)}},
        .next_to_read = Offset{static_cast<std::int64_t>(*offset)},
        .metadata = std::move(*metadata),
        .at = std::chrono::milliseconds{static_cast<std::int64_t>(*at)}};
}

std::expected<std::vector<StoredCommit>, Error> read_commit_log(
    const std::string& brokers, const std::string& group, std::chrono::milliseconds limit
) {
    const auto client = make_client(brokers);
    if (!client) return std::unexpected(client.error());
    const TopicHandle topic(rd_kafka_topic_new(client->get(), log_topic, nullptr));
    if (!topic) return std::unexpected(failed(rd_kafka_last_error()));
    const int limit_ms = static_cast<int>(limit.count());
    const auto partitions = count_partitions(client->get(), topic.get(), limit_ms);
    if (!partitions) return std::unexpected(partitions.error());
    return read_partition(topic.get(), commit_log_partition(group, *partitions), group, limit_ms);
}

}  // namespace odradek::kafka
