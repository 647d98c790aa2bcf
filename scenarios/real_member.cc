#include "scenarios/real_member.h"

#include "scenarios/lanes.h"
#include "scenarios/simulated_world.h"
#include "simulator/client/ledger.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace odradek::scenarios {

namespace {

using Kind = TraceEvent::Kind;

std::string milliseconds(Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}

std::string_view name_of(GroupAssignor assignor) {
    switch (assignor) {
        case GroupAssignor::range:
            return "range";
        case GroupAssignor::roundrobin:
            return "roundrobin";
        case GroupAssignor::cooperative_sticky:
            break;
    }
    return "cooperative-sticky";
}

sim::HandlerRun run_of(const TraceEvent& started) {
    return {
        .topic = started.topic,
        .partition = started.partition,
        .offset = started.offset,
        .attempt = started.attempt,
        .key = started.key,
        .has_key = started.has_key};
}

Outcome outcome_of(const sim::HandlerAnswer& answer) {
    switch (answer.result) {
        case WorkResult::retry:
            return answer.retry_delay ? Outcome::retry(*answer.retry_delay) : Outcome::retry();
        case WorkResult::skip:
            return Outcome::skip();
        case WorkResult::fail:
            return Outcome::fail("the scenario says so");
        case WorkResult::done:
        case WorkResult::unstarted:
        case WorkResult::deferred:
            break;
    }
    return Outcome::done();
}

}  // namespace

std::string dead_letter_topic(const std::string& group) {
    return group + "-dead-letters";
}

RealMember::RealMember(Place place, const Scenario& scenario, MemberLedger ledger)
    : place_(std::move(place))
    , scenario_(scenario)
    , ledger_(std::move(ledger)) {
    set_handler(handler_spec(scenario.handler));
    for (std::size_t topic = 0; topic < place_.topics.size(); ++topic) {
        topic_numbers_[place_.topics[topic]] = static_cast<std::int32_t>(topic);
    }
}

void RealMember::set_handler(const sim::HandlerSpec& spec) {
    auto model = std::make_shared<const sim::HandlerModel>(spec, place_.handler_seed);
    const std::lock_guard lock{handler_mutex_};
    handler_ = std::move(model);
}

ConsumerOptions RealMember::options() const {
    ConsumerOptions options{
        .brokers = place_.brokers, .group = place_.group, .topics = place_.topics};
    const bool is_late = place_.number >= scenario_.members;
    options.engine = is_late ? scenario_.late_engine.value_or(scenario_.engine) : scenario_.engine;
    options.partitioner = lane_code(scenario_).partitioner;
    if (options.engine.retry.then == AfterLastAttempt::dead_letter) {
        options.dead_letter_topic = dead_letter_topic(place_.group);
    }
    const Client& client = scenario_.client;
    options.properties = {
        {"partition.assignment.strategy", std::string(name_of(client.assignor))},
        {"session.timeout.ms", milliseconds(client.session_timeout)},
        {"heartbeat.interval.ms", milliseconds(client.heartbeat_interval)},
        {"max.poll.interval.ms",
         milliseconds(std::max(client.max_poll_interval, client.session_timeout))}};
    if (client.static_members) {
        options.properties["group.instance.id"] = "member-" + std::to_string(place_.number);
    }
    return options;
}

ConsumerListener RealMember::listener() {
    ConsumerListener listener;
    listener.on_assigned = [this](const std::vector<TopicPartition>& partitions, Epoch epoch) {
        for (const TopicPartition& partition : partitions) {
            epochs_[partition] = epoch;
            write(Kind::assigned, partition, epoch);
        }
    };
    listener.on_revoked = [this](const std::vector<TopicPartition>& partitions) {
        for (const TopicPartition& partition : partitions) {
            write(Kind::revoked, partition, epoch_of(partition));
        }
    };
    listener.on_lost = [this](const std::vector<TopicPartition>& partitions) {
        for (const TopicPartition& partition : partitions) {
            write(Kind::lost, partition, epoch_of(partition));
        }
    };
    listener.on_committed =
        [this](const TopicPartition& partition, Offset next_to_read, const std::string& metadata) {
            TraceEvent event{
                .kind = Kind::committed,
                .member = place_.number,
                .topic = topic_numbers_.find(partition.topic)->second,
                .partition = partition.partition,
                .offset = next_to_read,
                .epoch = epoch_of(partition)};
            event.detail = metadata;
            ledger_.write(std::move(event));
        };
    listener.on_notice = [this](const EngineNotice& notice) { note(notice); };
    return listener;
}

void RealMember::note(const EngineNotice& notice) {
    const bool is_letter = notice.kind == "record_dead_lettered";
    if (!notice.partition || !(is_letter || notice.kind == "record_skipped")) return;
    const std::int32_t topic = topic_numbers_.find(notice.partition->topic)->second;
    if (is_letter) {
        for (const Kind kind : {Kind::sent, Kind::acknowledged}) {
            TraceEvent event{
                .kind = kind,
                .member = place_.number,
                .topic = topic,
                .partition = notice.partition->partition,
                .offset = notice.offset};
            event.detail = "dead-letters";
            ledger_.write(std::move(event));
        }
    }
    TraceEvent over{
        .kind = Kind::note,
        .member = place_.number,
        .topic = topic,
        .partition = notice.partition->partition,
        .offset = notice.offset};
    over.detail = member_notes::given_up;
    ledger_.write(std::move(over));
}

std::expected<void, Error> RealMember::start() {
    ConsumerOptions wanted = options();
    wanted.listener = listener();
    auto opened = Consumer::open(std::move(wanted));
    if (!opened) return std::unexpected(std::move(opened.error()));
    ledger_.write({.kind = Kind::member_up, .member = place_.number});
    consumer_.emplace(std::move(*opened));
    if (scenario_.engine.batch_size > 1) {
        consumer_->poll_batches([this](std::span<const RecordContext> contexts) {
            return handle_batch(contexts);
        });
    } else {
        consumer_->poll([this](const RecordContext& context) { return handle(context); });
    }
    return {};
}

void RealMember::stop(const CloseOptions& options) {
    if (!consumer_) return;
    const std::optional<Error> cause = consumer_->close(options);
    TraceEvent metered{.kind = Kind::metered, .member = place_.number};
    metered.detail = sim::metered_text(consumer_->meters());
    ledger_.write(std::move(metered));
    consumer_.reset();
    if (cause) write_end(*cause);
    TraceEvent down{.kind = Kind::member_down, .member = place_.number};
    down.detail = "closed";
    ledger_.write(std::move(down));
}

void RealMember::pause() {
    if (consumer_) consumer_->pause();
}

void RealMember::resume() {
    if (consumer_) consumer_->resume();
}

void RealMember::look() {
    if (!consumer_ || has_ended_) return;
    const ConsumerStatus status = consumer_->status();
    if (status.is_closed) {
        write_end(status.cause.value_or(Error{Errc::client_failed, "no cause given", {}}));
        return;
    }
    if (status.is_caught_up == was_caught_up_) return;
    was_caught_up_ = status.is_caught_up;
    write_note(std::string(was_caught_up_ ? member_notes::caught_up : member_notes::busy));
}

void RealMember::write_note(std::string detail) {
    TraceEvent event{.kind = Kind::note, .member = place_.number};
    event.detail = std::move(detail);
    ledger_.write(std::move(event));
}

void RealMember::write_end(const Error& cause) {
    if (std::exchange(has_ended_, true)) return;
    const bool is_contract = cause.code == Errc::contract;
    write_note(
        std::string(is_contract ? member_notes::contract : member_notes::ended) + to_string(cause)
    );
}

TraceEvent RealMember::event(Kind kind, const RecordContext& context) const {
    const Record& record = context.record;
    TraceEvent event{
        .kind = kind,
        .member = place_.number,
        .topic = topic_numbers_.find(record.topic)->second,
        .partition = record.partition,
        .offset = record.offset,
        .epoch = context.assignment,
        .attempt = context.attempt};
    event.has_key = record.key.has_value();
    event.key = as_text(record.key);
    return event;
}

std::shared_ptr<const sim::HandlerModel> RealMember::handler() const {
    const std::lock_guard lock{handler_mutex_};
    return handler_;
}

Outcome RealMember::handle(const RecordContext& context) {
    TraceEvent started = event(Kind::started, context);
    const sim::HandlerAnswer answer = handler()->run(run_of(started));
    TraceEvent finished = started;
    finished.kind = Kind::finished;
    ledger_.write(std::move(started));
    if (answer.latency > Duration{0}) std::this_thread::sleep_for(answer.latency);
    if (answer.is_deferred) return defer(context, answer, std::move(finished));
    finished.detail = sim::name_of(answer.result);
    ledger_.write(std::move(finished));
    return outcome_of(answer);
}

// The ledger is written before the token ends: from then on the engine may start the next of its
// lane.
Outcome RealMember::defer(
    const RecordContext& context, const sim::HandlerAnswer& answer, TraceEvent finished
) {
    finished.detail = answer.leaks ? "retry" : sim::name_of(answer.result);
    timer_.run_after(
        answer.token_latency,
        [this, answer, finished = std::move(finished), token = context.defer()]() mutable {
            ledger_.write(std::move(finished));
            if (answer.leaks) return;
            token.finish(outcome_of(answer));
            if (answer.doubles) token.finish(outcome_of(answer));
        }
    );
    return Outcome::deferred();
}

BatchOutcome RealMember::handle_batch(std::span<const RecordContext> contexts) {
    const std::uint32_t batch = ++batches_;
    std::vector<TraceEvent> started;
    for (const RecordContext& context : contexts) {
        started.push_back(event(Kind::started, context));
        started.back().batch = batch;
        ledger_.write(started.back());
    }
    std::vector<sim::HandlerRun> runs;
    for (const TraceEvent& record : started) {
        runs.push_back(run_of(record));
    }
    const auto answers = handler()->run_batch(runs, scenario_.engine.ordering);
    const Duration latency = std::ranges::max(answers, {}, &sim::HandlerAnswer::latency).latency;
    if (latency > Duration{0}) std::this_thread::sleep_for(latency);
    std::vector<Outcome> outcomes;
    for (std::size_t record = 0; record < started.size(); ++record) {
        end(std::move(started[record]), answers[record]);
        outcomes.push_back(outcome_of(answers[record]));
    }
    return outcomes;
}

void RealMember::end(TraceEvent started, const sim::HandlerAnswer& answer) {
    started.kind = Kind::finished;
    started.detail = sim::name_of(answer.result);
    ledger_.write(std::move(started));
}

void RealMember::write(Kind kind, const TopicPartition& partition, Epoch epoch) {
    ledger_.write(
        {.kind = kind,
         .member = place_.number,
         .topic = topic_numbers_.find(partition.topic)->second,
         .partition = partition.partition,
         .epoch = epoch}
    );
}

Epoch RealMember::epoch_of(const TopicPartition& partition) const {
    const auto known = epochs_.find(partition);
    return known == epochs_.end() ? Epoch{} : known->second;
}

}  // namespace odradek::scenarios
