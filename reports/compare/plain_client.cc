#include "reports/compare/plain_client.h"

#include <array>
#include <utility>

namespace odradek::reports {

namespace {

Error failed(std::string what) {
    return {.code = Errc::client_failed, .what = std::move(what), .where = "plain client"};
}

}  // namespace

const std::map<std::string, std::string>& client_properties() {
    static const std::map<std::string, std::string> properties{
        {"queued.min.messages", "1000000"}, {"fetch.message.max.bytes", "10000000"}};
    return properties;
}

std::expected<PlainClient, Error> PlainClient::open(const ArmJob& job) {
    std::array<char, 512> text{};
    kafka::ConfHandle conf{rd_kafka_conf_new()};
    std::map<std::string, std::string> settings = client_properties();
    settings["bootstrap.servers"] = job.brokers;
    settings["group.id"] = job.group;
    settings["auto.offset.reset"] = "earliest";
    settings["enable.auto.commit"] = "false";
    for (const auto& [name, value] : settings) {
        const auto answer =
            rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size());
        if (answer != RD_KAFKA_CONF_OK) return std::unexpected(failed(text.data()));
    }
    kafka::ClientHandle client{
        rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), text.data(), text.size())};
    if (client == nullptr) return std::unexpected(failed(text.data()));
    static_cast<void>(conf.release());
    rd_kafka_poll_set_consumer(client.get());
    const kafka::PartitionListHandle topics{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(topics.get(), job.topic.c_str(), RD_KAFKA_PARTITION_UA);
    const rd_kafka_resp_err_t answer = rd_kafka_subscribe(client.get(), topics.get());
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(failed(rd_kafka_err2str(answer)));
    }
    kafka::QueueHandle queue{rd_kafka_queue_get_consumer(client.get())};
    return PlainClient{std::move(client), std::move(queue)};
}

PlainClient::PlainClient(kafka::ClientHandle client, kafka::QueueHandle queue)
    : client_(std::move(client))
    , queue_(std::move(queue)) {}

PlainClient::~PlainClient() {
    if (client_ != nullptr) rd_kafka_consumer_close(client_.get());
}

std::span<rd_kafka_message_t* const> PlainClient::read(std::size_t limit) {
    batch_.resize(limit);
    const ssize_t count =
        rd_kafka_consume_batch_queue(queue_.get(), 100, batch_.data(), batch_.size());
    return std::span{batch_}.first(count > 0 ? static_cast<std::size_t>(count) : 0U);
}

void PlainClient::commit_read() {
    rd_kafka_commit(client_.get(), nullptr, 0);
}

}  // namespace odradek::reports
