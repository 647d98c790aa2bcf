#include "simulator/client/producer.h"

#include <memory>
#include <variant>

namespace odradek::sim {
namespace {

constexpr Duration delivery_timeout = std::chrono::minutes{2};      // message.timeout.ms, shortened
constexpr Duration retry_backoff = std::chrono::milliseconds{100};  // retry.backoff.ms

}  // namespace

Producer::Producer(const ClientContext& context, Ledger& ledger, std::function<void()> wake)
    : context_(context)
    , ledger_(ledger)
    , wake_(std::move(wake))
    , channels_(context)
    , producer_id_(context.cluster.next_producer_id()) {}

void Producer::send(std::uint64_t tag, OutputRecord record) {
    ledger_.write(TraceEvent::Kind::sent, record.input, record.offset, record.epoch, record.topic);
    const Instant give_up_at = context_.now() + context_.of_own_clock(delivery_timeout);
    deliver({tag, std::move(record), next_sequence_++, give_up_at});
}

void Producer::deliver(Sending sending) {
    const BrokerNumber broker =
        static_cast<BrokerNumber>(sending.sequence) % context_.cluster.broker_count();
    ProduceRequest request{
        .producer_id = producer_id_,
        .sequence = sending.sequence,
        .topic = sending.record.topic,
        .input = sending.record.input,
        .offset = sending.record.offset,
        .epoch = sending.record.epoch,
        .sent_by = context_.member,
    };
    const auto kept = std::make_shared<Sending>(std::move(sending));
    channels_.to(broker).call(
        std::move(request),
        context_.of_own_clock(context_.options.request_timeout),
        [this, kept](Answer answer) { answered(std::move(*kept), std::move(answer)); }
    );
}

void Producer::answered(Sending sending, Answer answer) {
    const KafkaError error =
        answer.has_value() ? std::get<ProduceResponse>(*answer).error : answer.error();
    if (error != KafkaError::none && context_.now() < sending.give_up_at) {
        const auto kept = std::make_shared<Sending>(std::move(sending));
        context_.after(retry_backoff, [this, kept] { deliver(std::move(*kept)); });
        return;
    }
    answers_.push_back({sending.tag, error});
    wake_();
}

}  // namespace odradek::sim
