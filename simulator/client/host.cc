#include "simulator/client/host.h"

#include "odradek/contract.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {
namespace {

// As the runtime's own loop: so many records at most before outcomes are looked at again.
constexpr std::size_t records_per_turn = 10'000;

}  // namespace

Host::Host(const ApplicationContext& context)
    : context_(context)
    , engine_(context.engine, local_now())
    , workers_(
          context.client,
          context.ledger,
          context.engine.concurrency_max,
          {.handler = context.handler,
           .finished = [this] { wake(); },
           .ordering = context.engine.ordering}
      )
    , producer_(context.client, context.ledger, [this] { wake(); }) {
    if (context.engine.ordering == Ordering::virtual_partition) {
        lanes_.emplace(context.engine, context.lanes);
    }
}

void Host::start() {
    context_.consumer.start([this] { wake(); });
    context_.consumer.wait();
    wake();
}

void Host::close(const CloseOptions& options) {
    ask(CloseRequested{options});
}

void Host::ask(Event event) {
    asked_.push_back(std::move(event));
    wake();
}

Instant Host::local_now() const {
    const Duration elapsed = context_.client.now() - Instant{};
    return Instant{elapsed + elapsed / 1'000'000 * context_.client.clock_drift_ppm};
}

void Host::wake() {
    if (turn_scheduled_ || ended_) return;
    turn_scheduled_ = true;
    const Instant when = std::max(context_.client.now(), busy_until_);
    context_.client.scheduler().at(when, context_.client.process, [this] { turn(); });
}

void Host::turn() {
    turn_scheduled_ = false;
    if (ended_) return;
    spent_ = context_.cost.per_turn;
    try {
        take_results();
        take_tokens();
        for (Event& event : std::exchange(asked_, {}))
            handle(event);
        take_events();
        take_records();
        take_time();
    } catch (const ContractViolation& violation) {
        ended_ = true;
        return context_.broken(violation.what());
    }
    if (ended_) return;
    context_.consumer.wait();
    busy_until_ = context_.client.now() + spent_;
    const bool reads_on = engine_.read_budget() > 0 && context_.consumer.has_work();
    if (workers_.has_results() || producer_.has_answers() || reads_on) wake();
    arm_timer();
}

void Host::spend(std::size_t records) {
    spent_ += context_.cost.per_record * static_cast<std::int64_t>(records);
}

void Host::take_results() {
    for (const ProducerAnswer& answer : producer_.take_answers()) {
        expects(dead_letters_.erase(answer.tag) == 1);
        std::optional<Error> error;
        if (answer.error != KafkaError::none) {
            error = Error{Errc::broker_unreachable, std::string{name_of(answer.error)}, {}};
        }
        handle(DeadLetterAnswered{.work = WorkId{answer.tag}, .error = std::move(error)});
    }
    if (!workers_.has_results()) return;
    workers_.take_results(results_);
    if (results_.empty()) return;
    finished_.clear();
    for (const JobResult& result : results_) {
        finished_.push_back(
            {.work = WorkId{result.tag},
             .result = result.result,
             .retry_delay = result.retry_delay,
             .took = result.took}
        );
    }
    spend(finished_.size());
    handle(WorkFinished{.finished = finished_, .reasons = {}});
}

void Host::take_tokens() {
    workers_.take_tokens(token_results_);
    if (token_results_.empty()) return;
    tokens_.clear();
    for (const TokenResult& token : token_results_) {
        tokens_.push_back(
            {.work = WorkId{token.tag},
             .partition = {index_of(token.what.partition), token.what.epoch},
             .offset = token.what.record->offset,
             .end = token.end,
             .result = token.result,
             .retry_delay = token.retry_delay}
        );
    }
    spend(tokens_.size());
    handle(TokensFinished{.tokens = tokens_, .reasons = {}});
}

void Host::take_events() {
    while (!ended_) {
        const std::optional<ConsumerEvent> event = context_.consumer.next_event();
        if (!event.has_value()) return;
        std::visit([this](const auto& happened) { take(happened); }, *event);
    }
}

void Host::take_records() {
    std::size_t left = records_per_turn;
    while (left > 0) {
        const Delivery delivery =
            context_.consumer.take_records(std::min(left, engine_.read_budget()));
        if (delivery.records.empty()) return;
        left -= delivery.records.size();
        spend(delivery.records.size());
        const PartitionIndex index = index_of(delivery.partition);
        const Epoch epoch = met(index).epoch;
        polled_.clear();
        for (const LogRecord& record : delivery.records) {
            context_.ledger.polled(delivery.partition, record.offset, epoch);
            polled_.push_back(
                {.offset = record.offset,
                 .handle = hold(record, index),
                 .key = {record.key, record.key_bytes},
                 .bytes = record.size_bytes(),
                 .lane = lane_of(record, delivery.partition)}
            );
        }
        handle(RecordsPolled{.partition = {index, epoch}, .records = polled_});
    }
}

void Host::take_time() {
    const auto deadline = engine_.next_deadline();
    if (deadline.has_value() && *deadline <= local_now()) handle(TimePassed{});
}

void Host::arm_timer() {
    const auto deadline = engine_.next_deadline();
    if (!deadline.has_value()) return;
    const Duration left = std::max(*deadline - local_now(), Duration::zero());
    // One nanosecond more: the drifting clock is rounded.
    const Duration extra{context_.client.clock_drift_ppm == 0 ? 0 : 1000};
    const Instant when = context_.client.now() + context_.client.of_own_clock(left) + extra;
    if (timer_at_.has_value() && *timer_at_ <= when && *timer_at_ > context_.client.now()) return;
    timer_at_ = when;
    context_.client.scheduler().at(when, context_.client.process, [this, when] {
        if (timer_at_ != when) return;
        timer_at_.reset();
        wake();
    });
}

void Host::handle(const Event& event) {
    effects_.clear();
    engine_.handle(event, local_now(), effects_);
    perform();
}

void Host::perform() {
    for (const WorkItem& item : effects_.work)
        start_work(item);
    if (!effects_.work.empty()) {
        spend(effects_.work.size());
        workers_.start_idle();
    }
    for (const Effect& effect : effects_.others) {
        std::visit([this](const auto& wanted) { perform(wanted); }, effect);
    }
    for (const RecordHandle handle : effects_.released)
        release(handle);
}

VirtualPartition Host::lane_of(const LogRecord& record, PartitionNumber number) {
    if (!lanes_) return {};
    Record view;
    view.partition = context_.ledger.partition(number).id;
    view.offset = record.offset;
    if (record.has_key()) view.key = std::span{record.key, record.key_bytes};
    const auto lane = lanes_->choose(view);
    if (lane) return *lane;
    context_.ledger.write(
        TraceEvent::Kind::note,
        number,
        record.offset,
        met(index_of(number)).epoch,
        "partitioner failed: " + lane.error()
    );
    return {};
}

RecordHandle Host::hold(const LogRecord& record, PartitionIndex partition) {
    std::uint64_t handle = held_.size();
    if (free_handles_.empty()) {
        held_.emplace_back();
    } else {
        handle = free_handles_.back();
        free_handles_.pop_back();
    }
    held_[handle] = {&record, partition};
    return RecordHandle{handle};
}

void Host::release(RecordHandle handle) {
    expects(held_.at(handle.value()).record != nullptr);  // exactly once
    held_[handle.value()].record = nullptr;
    free_handles_.push_back(handle.value());
}

PartitionIndex Host::index_of(PartitionNumber number) {
    const auto [found, is_new] =
        index_of_.try_emplace(number, PartitionIndex{static_cast<std::uint32_t>(met_.size())});
    if (is_new) met_.push_back({.number = number});
    return found->second;
}

std::string Host::describe() const {
    return context_.consumer.membership().describe() + ", " + std::to_string(workers_.running()) +
           " handlers run, " + std::to_string(engine_.waiting()) + " records wait";
}

}  // namespace odradek::sim
