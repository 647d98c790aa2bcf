#include "engine/runtime/dead_letters.h"

#include "engine/kafka/record_source.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace odradek {

namespace {

// What a producer needs of the consumer's properties to reach the same cluster as the same user.
constexpr std::array connection_prefixes{
    std::string_view{"security."},
    std::string_view{"sasl."},
    std::string_view{"ssl."},
    std::string_view{"broker."},
    std::string_view{"client."},
    std::string_view{"socket."},
    std::string_view{"enable.ssl"},
    std::string_view{"enable.sasl"}};

bool is_of_connection(const std::string& name) {
    return std::ranges::any_of(connection_prefixes, [&](std::string_view prefix) {
        return name.starts_with(prefix);
    });
}

}  // namespace

std::expected<DeadLetters, Error> DeadLetters::open(const ConsumerOptions& options) {
    std::map<std::string, std::string> properties;
    for (const auto& [name, value] : options.properties) {
        if (is_of_connection(name)) properties[name] = value;
    }
    auto producer = kafka::KafkaProducer::open(options.brokers, properties);
    if (!producer) return std::unexpected(std::move(producer.error()));
    return DeadLetters{std::move(*producer), options.dead_letter_topic, options.group};
}

DeadLetters::DeadLetters(kafka::KafkaProducer producer, std::string topic, std::string group)
    : producer_(std::move(producer))
    , topic_(std::move(topic))
    , group_(std::move(group)) {}

void DeadLetters::send(const DeadLetter& letter, const std::function<void(const Event&)>& take) {
    const Record record = kafka::record_of(letter.record);
    kafka::OutgoingRecord outgoing{
        .topic = topic_,
        .partition = std::nullopt,
        .key = record.key,
        .value = record.value,
        .headers = {}};
    for (const Header& header : record.headers()) {
        outgoing.headers.emplace_back(header.name, as_text(header.value));
    }
    outgoing.headers.emplace_back("source_topic", record.topic);
    outgoing.headers.emplace_back("source_partition", std::to_string(record.partition.value()));
    outgoing.headers.emplace_back("source_offset", std::to_string(record.offset.value()));
    outgoing.headers.emplace_back("source_consumer_group", group_);
    outgoing.headers.emplace_back("source_attempts", std::to_string(letter.attempts));
    outgoing.headers.emplace_back("source_error", letter.reason);
    if (const auto sent = producer_.send(outgoing, letter.work.value()); !sent) {
        take(DeadLetterAnswered{letter.work, sent.error()});
    }
}

void DeadLetters::serve(const std::function<void(const Event&)>& take) {
    producer_.serve([&](const kafka::Delivery& delivery) {
        take(DeadLetterAnswered{WorkId{delivery.token}, delivery.error});
    });
}

}  // namespace odradek
