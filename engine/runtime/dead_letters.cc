#include "engine/runtime/dead_letters.h"

#include "engine/kafka/client_config.h"
#include "engine/kafka/record_source.h"

#include <utility>

namespace odradek {

std::expected<DeadLetters, Error> DeadLetters::open(const ConsumerOptions& options) {
    auto producer = kafka::KafkaProducer::open(
        options.brokers, kafka::connection_properties(options.properties)
    );
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
