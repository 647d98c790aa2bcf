#include "scenarios/real_load.h"

#include <span>
#include <utility>

namespace odradek::scenarios {

namespace {

/// More are not sent while brokers are down: memory is bounded, and nothing times out in a queue.
constexpr std::uint64_t unanswered_max = 20'000;

}  // namespace

std::expected<void, Error> RealLoad::open(
    const std::string& brokers, std::vector<std::string> topics
) {
    topics_ = std::move(topics);
    // What fails comes back as a record that was not produced; the client need not print it.
    auto producer = kafka::KafkaProducer::open(brokers, {{"log_level", "1"}});
    if (!producer) return std::unexpected(std::move(producer.error()));
    producer_.emplace(std::move(*producer));
    return {};
}

void RealLoad::tick(Instant now) {
    while (!is_over() && ledger_.unanswered() < unanswered_max) {
        if (!next_) next_ = plan_.next();
        if (next_->at > now) break;
        send(*next_);
        next_.reset();
    }
    producer_->serve([this](const kafka::Delivery& delivery) {
        if (delivery.error) {
            ledger_.not_produced(delivery.token);
        } else {
            ledger_.produced(delivery.token, delivery.partition, delivery.offset);
        }
    });
}

void RealLoad::send(const LoadRecord& due) {
    TraceEvent event{.kind = TraceEvent::Kind::produced, .topic = due.topic};
    event.key = due.key;
    event.has_key = due.has_key;
    const std::uint64_t place = ledger_.producing(std::move(event));
    const std::string value(due.value_bytes, 'v');
    kafka::OutgoingRecord record{
        .topic = topics_[static_cast<std::size_t>(due.topic)],
        .partition = due.partition,
        .key = std::nullopt,
        .value = std::as_bytes(std::span{value}),
        .headers = {}};
    if (due.has_key) record.key = std::as_bytes(std::span{due.key});
    if (!producer_->send(record, place)) ledger_.not_produced(place);
}

}  // namespace odradek::scenarios
