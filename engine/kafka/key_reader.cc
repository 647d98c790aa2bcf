#include "engine/kafka/key_reader.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

namespace odradek {

namespace {

template <auto Destroy>
struct Destroyer {
    template <typename Handle>
    void operator()(Handle* handle) const {
        Destroy(handle);
    }
};
using Client = std::unique_ptr<rd_kafka_t, Destroyer<&rd_kafka_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, Destroyer<&rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroyer<&rd_kafka_queue_destroy>>;
using Conf = std::unique_ptr<rd_kafka_conf_t, Destroyer<&rd_kafka_conf_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, Destroyer<&rd_kafka_message_destroy>>;

struct PartitionRange {
    std::int32_t partition;
    std::int64_t begin;
    std::int64_t end;
};

Errc code_of(rd_kafka_resp_err_t error) {
    switch (static_cast<int>(error)) {
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            return Errc::unknown_topic;
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
            return Errc::not_authorized;
        default:
            return Errc::broker_unreachable;
    }
}

std::unexpected<Error> failed(rd_kafka_resp_err_t error, const KeyReaderOptions& options) {
    return std::unexpected(Error{
        .code = code_of(error),
        .what = rd_kafka_err2str(error),
        .where = options.topic + " on " + options.brokers});
}

class TopicKeys final : public KeySource {
public:
    TopicKeys(KeyReaderOptions options, Client client, Topic topic, Queue queue)
        : options_(std::move(options))
        , client_(std::move(client))
        , topic_(std::move(topic))
        , queue_(std::move(queue)) {}
    TopicKeys(const TopicKeys&) = delete;
    TopicKeys& operator=(const TopicKeys&) = delete;
    ~TopicKeys() override {
        held_.clear();
        for (const PartitionRange& range : open_) {
            rd_kafka_consume_stop(topic_.get(), range.partition);
        }
    }

    std::expected<void, Error> start(std::vector<PartitionRange> ranges) {
        for (const PartitionRange& range : ranges) {
            if (range.begin >= range.end) continue;
            const int result = rd_kafka_consume_start_queue(
                topic_.get(), range.partition, range.begin, queue_.get()
            );
            if (result != 0) return failed(rd_kafka_last_error(), options_);
            open_.push_back(range);
        }
        return {};
    }

    std::span<const KeyRecord> next() override {
        batch_.clear();
        held_.clear();
        while (batch_.empty() && !open_.empty()) {
            constexpr std::size_t batch_max = 10'000;
            std::array<rd_kafka_message_t*, batch_max> messages;
            // the call waits for a full batch, so it is asked for little time, often
            constexpr int patience_ms = 100;
            const ssize_t count =
                rd_kafka_consume_batch_queue(queue_.get(), patience_ms, messages.data(), batch_max);
            waited_ms_ = count > 0 ? 0 : waited_ms_ + patience_ms;
            if (count < 0 || waited_ms_ >= options_.timeout_ms) {
                end_with("the cluster has not answered in time");
                break;
            }
            for (rd_kafka_message_t* message :
                 std::span{messages}.first(static_cast<std::size_t>(count))) {
                take(Message{message});
            }
        }
        return batch_;
    }

    [[nodiscard]] const MistakeList& mistakes() const override { return mistakes_; }
    [[nodiscard]] std::string description() const override {
        return options_.records_max == 0 ? "all records" : "the newest records of each partition";
    }

private:
    void take(Message message) {
        const std::int32_t partition = message->partition;
        const auto range = std::ranges::find(open_, partition, &PartitionRange::partition);
        if (range == open_.end()) return;  // fetched beyond the end
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            // compaction and transaction markers may leave nothing up to the end
            if (message->offset >= range->end) close(*range);
            return;
        }
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            end_with(rd_kafka_message_errstr(message.get()));
            return;
        }
        const bool is_last = message->offset + 1 >= range->end;
        if (message->offset < range->end) {
            KeyRecord record;
            record.has_key = message->key != nullptr;
            record.partition = partition;
            if (record.has_key) {
                record.key = {static_cast<const char*>(message->key), message->key_len};
            }
            batch_.push_back(record);
            held_.push_back(std::move(message));
        }
        if (is_last) close(*range);
    }

    void close(const PartitionRange range) {
        rd_kafka_consume_stop(topic_.get(), range.partition);
        std::erase_if(open_, [&](const PartitionRange& other) {
            return other.partition == range.partition;
        });
    }

    void end_with(std::string what) {
        mistakes_.add(
            {.file = options_.topic, .what = std::move(what), .remedy = "is the cluster up?"}
        );
        const std::vector<PartitionRange> all = open_;
        for (const PartitionRange& range : all) {
            close(range);
        }
    }

    KeyReaderOptions options_;
    Client client_;  // destroyed after what it owns
    Topic topic_;
    Queue queue_;
    std::uint32_t waited_ms_ = 0;       // since the last message
    std::vector<PartitionRange> open_;  // being read
    std::vector<KeyRecord> batch_;
    std::vector<Message> held_;  // what the batch's views point into
    MistakeList mistakes_;
};

/// What would make reading leave a trace in the cluster, or change what is read.
bool is_forbidden(const std::string& property) {
    constexpr std::array<std::string_view, 8> forbidden{
        "group.id",
        "group.instance.id",
        "enable.auto.commit",
        "auto.commit.enable",
        "enable.auto.offset.store",
        "offset.store.method",
        "enable.partition.eof",
        "bootstrap.servers"};
    return std::ranges::find(forbidden, property) != forbidden.end();
}

std::expected<Client, Error> make_client(const KeyReaderOptions& options) {
    Conf conf{rd_kafka_conf_new()};
    std::array<char, 512> reason{};
    std::vector<std::pair<std::string, std::string>> settings{
        {"bootstrap.servers", options.brokers},
        {"client.id", "odradek-distribution"},
        {"enable.partition.eof", "true"},
        {"log_level", "2"}};  // what fails is reported below
    for (const auto& property : options.properties) {
        if (is_forbidden(property.first)) {
            return std::unexpected(Error{
                .code = Errc::invalid_options,
                .what = property.first + " is not for a reader that leaves no trace",
                .where = "--property"});
        }
        settings.push_back(property);
    }
    for (const auto& [name, value] : settings) {
        if (rd_kafka_conf_set(
                conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size()
            ) != RD_KAFKA_CONF_OK) {
            return std::unexpected(Error{
                .code = Errc::invalid_options, .what = reason.data(), .where = options.brokers});
        }
    }
    Client client{rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), reason.data(), reason.size())};
    if (!client) {
        return std::unexpected(Error{
            .code = Errc::client_failed, .what = reason.data(), .where = options.brokers});
    }
    (void)conf.release();  // the client has taken it over
    return client;
}

std::expected<std::uint32_t, Error> count_partitions(
    rd_kafka_t* client, rd_kafka_topic_t* topic, const KeyReaderOptions& options
) {
    const struct rd_kafka_metadata* metadata = nullptr;
    const auto error =
        rd_kafka_metadata(client, 0, topic, &metadata, static_cast<int>(options.timeout_ms));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(error, options);
    const std::unique_ptr<const struct rd_kafka_metadata, Destroyer<&rd_kafka_metadata_destroy>>
        held{metadata};
    if (metadata->topic_cnt != 1) return failed(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, options);
    const rd_kafka_metadata_topic& found = metadata->topics[0];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(found.err, options);
    if (found.partition_cnt <= 0) return failed(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, options);
    return static_cast<std::uint32_t>(found.partition_cnt);
}

/// Fills in the log's begin and end. A partition that has just been made or is changing its leader
/// gets time.
rd_kafka_resp_err_t query_range(
    rd_kafka_t* client, const KeyReaderOptions& options, PartitionRange& range
) {
    constexpr int patience_ms = 100;
    for (std::uint32_t waited_ms = 0;; waited_ms += patience_ms) {
        const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            client,
            options.topic.c_str(),
            range.partition,
            &range.begin,
            &range.end,
            static_cast<int>(options.timeout_ms)
        );
        const bool may_pass = error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
                              error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                              error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                              error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
        if (!may_pass || waited_ms >= options.timeout_ms) return error;
        rd_kafka_poll(client, patience_ms);  // waits, as nothing else is to be served
    }
}

}  // namespace

std::expected<std::unique_ptr<KeySource>, Error> open_topic_keys(
    const KeyReaderOptions& options, std::uint32_t& partitions
) {
    auto client = make_client(options);
    if (!client) return std::unexpected(client.error());
    Topic topic{rd_kafka_topic_new(client->get(), options.topic.c_str(), nullptr)};
    if (!topic) return failed(rd_kafka_last_error(), options);
    const auto count = count_partitions(client->get(), topic.get(), options);
    if (!count) return std::unexpected(count.error());
    const auto share = static_cast<std::int64_t>((options.records_max + *count - 1) / *count);
    std::vector<PartitionRange> ranges;
    for (std::uint32_t number = 0; number < *count; ++number) {
        PartitionRange range{.partition = static_cast<std::int32_t>(number), .begin = 0, .end = 0};
        const auto error = query_range(client->get(), options, range);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(error, options);
        if (options.records_max > 0) range.begin = std::max(range.begin, range.end - share);
        ranges.push_back(range);
    }
    partitions = *count;
    Queue queue{rd_kafka_queue_new(client->get())};
    auto source = std::make_unique<TopicKeys>(
        options, std::move(*client), std::move(topic), std::move(queue)
    );
    if (auto started = source->start(std::move(ranges)); !started) {
        return std::unexpected(started.error());
    }
    return source;
}

}  // namespace odradek
