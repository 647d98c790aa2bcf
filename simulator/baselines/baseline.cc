#include "simulator/baselines/baseline.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {

Baseline::Baseline(const ApplicationContext& context, std::size_t threads)
    : context_(context)
    , workers_(
          context.client,
          context.ledger,
          threads,
          {.handler = context.handler, .finished = [this] { wake(); }}
      ) {}

void Baseline::start() {
    context_.consumer.start([this] { wake(); });
    context_.consumer.wait();
    wake();
}

void Baseline::close(const CloseOptions& /*options*/) {
    closing_ = true;
    wake();
}

std::string Baseline::describe() const {
    return std::to_string(running()) + " running, " + std::to_string(owned_.size()) +
           " partitions owned";
}

void Baseline::wake() {
    if (turn_scheduled_ || ended_) return;
    turn_scheduled_ = true;
    context_.client.scheduler().at(context_.client.now(), context_.client.process, [this] {
        turn();
    });
}

void Baseline::turn() {
    turn_scheduled_ = false;
    take_results();
    if (awaiting_commit_) await_commit();
    if (ended_ || awaiting_commit_) return;
    if (closing_ && !leaving_ && may_close()) {
        leaving_ = true;
        context_.consumer.close();
    }
    const bool stands_still = poll_max() == 0 && !leaving_;
    if (stands_still || (revoke_ && !leaving_)) return;
    take_events();
    if (ended_ || leaving_ || revoke_) return;
    take_records();
    context_.consumer.wait();
    const bool reads_on = !put_off_.empty() || context_.consumer.has_work();
    if (!ended_ && poll_max() > 0 && reads_on) wake();
}

void Baseline::take_results() {
    while (workers_.has_results() && !ended_) {
        workers_.take_results(results_);
        for (const JobResult& result : results_) {
            const HandledRecord record = jobs_[result.tag];
            const bool succeeded =
                result.result == WorkResult::done || result.result == WorkResult::skip;
            if (result.result != WorkResult::unstarted) handled(record, succeeded);
        }
        results_.clear();
    }
}

void Baseline::take_events() {
    while (!ended_ && !(revoke_ && !leaving_)) {
        const std::optional<ConsumerEvent> event = next_event();
        if (!event) return;
        std::visit([this](const auto& happened) { take(happened); }, *event);
    }
}

std::optional<ConsumerEvent> Baseline::next_event() {
    if (put_off_.empty()) return context_.consumer.next_event();
    ConsumerEvent event = std::move(put_off_.front());
    put_off_.pop_front();
    return event;
}

// A blocking commit reads its answer and leaves everything else to the next poll.
void Baseline::await_commit() {
    while (awaiting_commit_) {
        std::optional<ConsumerEvent> event = context_.consumer.next_event();
        if (!event) return;
        if (const auto* answer = std::get_if<CommitEvent>(&*event)) {
            awaiting_commit_ = false;
            take(*answer);
        } else {
            put_off_.push_back(std::move(*event));
        }
    }
}

void Baseline::take_records() {
    batch_.clear();
    const std::size_t most = poll_max();
    while (batch_.size() < most) {
        const Delivery delivery = context_.consumer.take_records(most - batch_.size());
        if (delivery.records.empty()) break;
        const Epoch epoch = owned_[delivery.partition];
        for (const LogRecord& record : delivery.records) {
            context_.ledger.polled(delivery.partition, record.offset, epoch);
            batch_.push_back(
                {.partition = delivery.partition, .record = &record, .epoch = epoch, .attempt = 1}
            );
        }
    }
    polled(batch_);
}

void Baseline::take(const RebalanceEvent& event) {
    incremental_ = event.incremental;
    if (event.kind == RebalanceEvent::Kind::assign) {
        for (const PartitionNumber partition : event.partitions) {
            const Epoch epoch = context_.next_epoch();
            owned_[partition] = epoch;
            context_.ledger.write(TraceEvent::Kind::assigned, partition, no_offset, epoch);
            assigned(partition);
        }
        starting_ = event.partitions;
        fetch_positions();
        return;
    }
    revoke_ = event;
    revoking(event.partitions);
}

void Baseline::fetch_positions() {
    context_.consumer.fetch_committed(next_request_++, starting_);
}

void Baseline::give_back() {
    if (!revoke_) return;
    const RebalanceEvent event = *std::exchange(revoke_, std::nullopt);
    const auto kind = event.lost ? TraceEvent::Kind::lost : TraceEvent::Kind::revoked;
    for (const PartitionNumber partition : event.partitions) {
        const auto owned = owned_.extract(partition);
        if (!owned.empty()) context_.ledger.write(kind, partition, no_offset, owned.mapped());
    }
    if (event.incremental) {
        context_.consumer.incremental_unassign(event.partitions);
    } else {
        context_.consumer.unassign();
    }
    wake();
}

void Baseline::take(const CommitEvent& event) {
    committed(std::ranges::all_of(event.partitions, [](const StoredPartition& stored) {
        return stored.error == KafkaError::none;
    }));
}

void Baseline::take(const CommittedEvent& event) {
    const auto failed = [](const FetchedOffset& offset) {
        return offset.error != KafkaError::none;
    };
    if (event.error != KafkaError::none || std::ranges::any_of(event.offsets, failed)) {
        after(std::chrono::milliseconds{100}, [this] { fetch_positions(); });
        return;
    }
    std::vector<AssignedFrom> positions;
    for (std::size_t index = 0; index < event.offsets.size(); ++index) {
        const PartitionNumber partition = starting_.at(index);
        if (owned_.contains(partition)) {
            positions.push_back({partition, event.offsets[index].next_to_read});
        }
    }
    if (incremental_) {
        context_.consumer.incremental_assign(positions);
    } else {
        context_.consumer.assign(positions);
    }
}

void Baseline::take(const ErrorEvent& event) {
    if (event.fatal) die(std::string(name_of(event.error)));
}

void Baseline::take(const ClosedEvent& /*event*/) {
    ended_ = true;
    context_.ended("closed");
}

void Baseline::submit(const HandledRecord& record, bool continues_run) {
    jobs_.push_back(record);
    workers_.submit({.tag = jobs_.size() - 1, .what = record, .continues_run = continues_run});
}

void Baseline::commit(const std::map<PartitionNumber, Offset>& next_to_read) {
    std::vector<OffsetToStore> offsets;
    for (const auto& [partition, offset] : next_to_read) {
        offsets.push_back({.partition = partition, .next_to_read = offset, .metadata = {}});
    }
    context_.consumer.commit(next_request_++, std::move(offsets));
}

void Baseline::commit_and_wait(const std::map<PartitionNumber, Offset>& next_to_read) {
    if (next_to_read.empty()) return;
    awaiting_commit_ = true;
    commit(next_to_read);
}

void Baseline::after(Duration span, std::function<void()> task) {
    context_.client.after(span, [this, task = std::move(task)] {
        if (!ended_) task();
    });
}

void Baseline::die(const std::string& why) {
    if (ended_) return;
    ended_ = true;
    context_.ended("died: " + why);
}

}  // namespace odradek::sim
