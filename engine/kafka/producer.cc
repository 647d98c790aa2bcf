#include "engine/kafka/producer.h"

#include "engine/kafka/error_map.h"

#include <array>
#include <chrono>
#include <utility>

namespace odradek::kafka {

namespace {

rd_kafka_headers_t* to_headers(const std::vector<std::pair<std::string, std::string>>& headers) {
    rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
    for (const auto& [name, value] : headers) {
        rd_kafka_header_add(
            list,
            name.data(),
            static_cast<ssize_t>(name.size()),
            value.data(),
            static_cast<ssize_t>(value.size())
        );
    }
    return list;
}

/// Null and empty stay different: an empty value has an address.
rd_kafka_vu_t bytes_field(rd_kafka_vtype_t type, const Bytes& bytes) {
    static std::byte none{};
    rd_kafka_vu_t field{};
    field.vtype = type;
    if (bytes) {
        const bool is_empty = bytes->empty();
        field.u.mem.ptr = is_empty ? &none : const_cast<std::byte*>(bytes->data());
        field.u.mem.size = bytes->size();
    }
    return field;
}

Delivery to_delivery(const rd_kafka_message_t& message) {
    Delivery delivery{
        .token = reinterpret_cast<std::uint64_t>(message._private),
        .partition = PartitionId{message.partition},
        .offset = Offset{message.offset},
        .error = std::nullopt};
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        delivery.error = to_error(message.err, rd_kafka_topic_name(message.rkt));
    }
    return delivery;
}

}  // namespace

struct KafkaProducer::State {
    ClientHandle client;
    QueueHandle answers;

    void serve_one(rd_kafka_event_t* event, const std::function<void(const Delivery&)>& take)
        const {
        if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_DR) return;
        while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
            take(to_delivery(*message));
        }
    }
};

std::expected<KafkaProducer, Error> KafkaProducer::open(
    const std::string& brokers, const std::map<std::string, std::string>& properties
) {
    ConfHandle conf{rd_kafka_conf_new()};
    std::map<std::string, std::string> settings{
        {"client.id", "odradek"},
        {"enable.idempotence", "true"},
        {"partitioner", "murmur2_random"},
        {"linger.ms", "2"}};
    for (const auto& [name, value] : properties) {
        settings[name] = value;
    }
    settings["bootstrap.servers"] = brokers;
    std::array<char, 512> text{};
    for (const auto& [name, value] : settings) {
        const rd_kafka_conf_res_t result =
            rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size());
        if (result == RD_KAFKA_CONF_OK) continue;
        return std::unexpected(Error{Errc::invalid_options, text.data(), "producer." + name});
    }
    rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    rd_kafka_t* raw = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text.data(), text.size());
    if (raw == nullptr) {
        return std::unexpected(Error{Errc::invalid_options, text.data(), "producer"});
    }
    static_cast<void>(conf.release());  // owned by the client now
    auto state = std::make_unique<State>();
    state->client.reset(raw);
    state->answers.reset(rd_kafka_queue_get_main(raw));
    return KafkaProducer{std::move(state)};
}

KafkaProducer::KafkaProducer(std::unique_ptr<State> state) : state_(std::move(state)) {}
KafkaProducer::KafkaProducer(KafkaProducer&&) noexcept = default;
KafkaProducer& KafkaProducer::operator=(KafkaProducer&&) noexcept = default;
KafkaProducer::~KafkaProducer() = default;

std::expected<void, Error> KafkaProducer::send(const OutgoingRecord& record, std::uint64_t token) {
    std::array<rd_kafka_vu_t, 7> fields{};
    fields[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    fields[0].u.cstr = record.topic.c_str();
    fields[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    fields[1].u.i32 = record.partition ? record.partition->value() : RD_KAFKA_PARTITION_UA;
    fields[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[2].u.i = RD_KAFKA_MSG_F_COPY;
    fields[3] = bytes_field(RD_KAFKA_VTYPE_KEY, record.key);
    fields[4] = bytes_field(RD_KAFKA_VTYPE_VALUE, record.value);
    fields[5].vtype = RD_KAFKA_VTYPE_HEADERS;
    fields[5].u.headers = to_headers(record.headers);
    fields[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[6].u.ptr = reinterpret_cast<void*>(token);
    const ErrorHandle refused{
        rd_kafka_produceva(state_->client.get(), fields.data(), fields.size())};
    if (refused == nullptr) return {};
    rd_kafka_headers_destroy(fields[5].u.headers);  // taken only by a record that is queued
    return std::unexpected(to_error(
        rd_kafka_error_code(refused.get()), record.topic, rd_kafka_error_string(refused.get())
    ));
}

void KafkaProducer::serve(const std::function<void(const Delivery&)>& take) {
    while (const EventHandle event{rd_kafka_queue_poll(state_->answers.get(), 0)}) {
        state_->serve_one(event.get(), take);
    }
}

bool KafkaProducer::flush(Duration limit, const std::function<void(const Delivery&)>& take) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (rd_kafka_outq_len(state_->client.get()) > 0) {
        if (std::chrono::steady_clock::now() >= until) return false;
        if (const EventHandle event{rd_kafka_queue_poll(state_->answers.get(), 100)}) {
            state_->serve_one(event.get(), take);
        }
    }
    return true;
}

void KafkaProducer::wake_through(int file) {
    static constexpr std::uint64_t one = 1;
    rd_kafka_queue_io_event_enable(state_->answers.get(), file, &one, sizeof one);
}

}  // namespace odradek::kafka
