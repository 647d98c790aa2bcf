#include "reports/compare/topic_data.h"

#include "engine/kafka/admin.h"
#include "engine/kafka/handle.h"
#include "reports/compare/record_law.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>

namespace odradek::reports {

namespace {

constexpr int flush_ms_max = 120'000;

Error failed(std::string what, const std::string& topic) {
    return {.code = Errc::client_failed, .what = std::move(what), .where = topic};
}

void count_refused(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* refused) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++*static_cast<std::atomic<std::uint64_t>*>(refused);
    }
}

std::expected<kafka::ClientHandle, Error> open_producer(
    const std::string& brokers, const std::string& topic, std::atomic<std::uint64_t>& refused
) {
    std::array<char, 512> text{};
    kafka::ConfHandle conf{rd_kafka_conf_new()};
    const std::map<std::string, std::string> settings{
        {"bootstrap.servers", brokers},
        {"partitioner", "murmur2_random"},
        {"enable.idempotence", "true"},
        {"linger.ms", "20"},
        {"queue.buffering.max.messages", "1000000"},
        {"queue.buffering.max.kbytes", "1000000"}};
    for (const auto& [name, value] : settings) {
        const auto answer =
            rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size());
        if (answer != RD_KAFKA_CONF_OK) return std::unexpected(failed(text.data(), topic));
    }
    rd_kafka_conf_set_opaque(conf.get(), &refused);
    rd_kafka_conf_set_dr_msg_cb(conf.get(), &count_refused);
    kafka::ClientHandle client{
        rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text.data(), text.size())};
    if (client == nullptr) return std::unexpected(failed(text.data(), topic));
    static_cast<void>(conf.release());
    return client;
}

}  // namespace

std::expected<void, Error> produce_topic(
    const std::string& brokers, const std::string& topic, const Workload& workload
) {
    auto admin = kafka::Admin::open(brokers);
    if (!admin) return std::unexpected(admin.error());
    const auto made = admin->create_topic({.name = topic, .partitions = workload.partitions});
    if (!made) return std::unexpected(made.error());

    std::atomic<std::uint64_t> refused = 0;
    auto client = open_producer(brokers, topic, refused);
    if (!client) return std::unexpected(client.error());
    const kafka::TopicHandle handle{rd_kafka_topic_new(client->get(), topic.c_str(), nullptr)};
    const RecordLaw law{workload};
    std::string value(std::max<std::size_t>(workload.value_bytes, sizeof(std::uint64_t)), 'x');
    for (std::uint64_t record = 0; record < workload.records;) {
        const RecordLaw::KeyText key = RecordLaw::key_text(law.key(record));
        RecordLaw::write_number(record, value);
        const int answer = rd_kafka_produce(
            handle.get(),
            RD_KAFKA_PARTITION_UA,
            RD_KAFKA_MSG_F_COPY,
            value.data(),
            value.size(),
            key.data(),
            key.size(),
            nullptr
        );
        const bool is_full = answer != 0 && rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL;
        if (answer != 0 && !is_full) {
            return std::unexpected(failed(rd_kafka_err2str(rd_kafka_last_error()), topic));
        }
        if (is_full || record % 10'000 == 0) rd_kafka_poll(client->get(), is_full ? 10 : 0);
        if (!is_full) ++record;
    }
    const rd_kafka_resp_err_t flushed = rd_kafka_flush(client->get(), flush_ms_max);
    if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR || refused > 0) {
        return std::unexpected(failed("not every record was stored", topic));
    }
    return {};
}

void remove_topic(const std::string& brokers, const std::string& topic) {
    if (auto admin = kafka::Admin::open(brokers)) static_cast<void>(admin->delete_topic(topic));
}

}  // namespace odradek::reports
