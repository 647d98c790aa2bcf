#include "simulator/client/consumer.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace odradek::sim {

Consumer::Consumer(const ClientContext& context)
    : context_(context)
    , link_(context)
    , metadata_(context)
    , fetcher_(
          context,
          metadata_,
          {.readable = [this] { wake_(); },
           .failed =
               [this](PartitionNumber, KafkaError error) {
                   push(ErrorEvent{error, false});
               }}
      )
    , offsets_(
          context,
          link_,
          {.stamp =
               [this] {
                   return OffsetClient::Stamp{membership_.member_id(), membership_.generation()};
               },
           .committed = [this](CommitEvent event) { push(std::move(event)); },
           .fetched = [this](CommittedEvent event) { push(std::move(event)); },
           .refused = [this](KafkaError error) { membership_.commit_refused(error); },
           .settled = [this] { membership_.commits_settled(); }}
      )
    , membership_(
          context,
          link_,
          metadata_,
          {.rebalance =
               [this](RebalanceEvent event) {
                   fetcher_.hold_all();  // BM-263
                   push(std::move(event));
               },
           .error = [this](ErrorEvent event) { push(event); },
           .closed =
               [this] {
                   fetcher_.unassign_all();
                   push(ClosedEvent{});
               },
           .has_commits_outstanding = [this] { return offsets_.outstanding() > 0; },
           .drop_all = [this] { fetcher_.unassign_all(); }}
      ) {}

void Consumer::start(std::function<void()> wake) {
    wake_ = std::move(wake);
    membership_.start();
}

void Consumer::start_alone(std::function<void()> wake) {
    wake_ = std::move(wake);
    metadata_.start();
    metadata_.refresh([this] { fetcher_.pump(); });
}

void Consumer::assign_alone(const std::vector<AssignedFrom>& partitions) {
    fetcher_.unassign_all();
    take_in(partitions);
}

void Consumer::push(ConsumerEvent event) {
    // Commit results have a higher priority in the library's queue than all else (case FT_25).
    auto place = events_.end();
    if (std::holds_alternative<CommitEvent>(event)) {
        place = std::ranges::find_if_not(events_, [](const ConsumerEvent& queued) {
            return std::holds_alternative<CommitEvent>(queued);
        });
    }
    events_.insert(place, std::move(event));
    wake_();
}

std::optional<ConsumerEvent> Consumer::next_event() {
    membership_.polled(false);
    if (events_.empty()) return std::nullopt;
    ConsumerEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
}

Delivery Consumer::take_records(std::size_t records_max) {
    membership_.polled(false);
    return fetcher_.take(records_max);
}

bool Consumer::has_work() {
    return !events_.empty() || fetcher_.has_records();
}

void Consumer::wait() {
    membership_.polled(true);
}

void Consumer::take_in(const std::vector<AssignedFrom>& partitions) {
    for (const AssignedFrom& each : partitions) {
        fetcher_.assign(each.partition, each.from);
        stored_[each.partition] = {.assigned = true, .committed = each.from};
    }
}

// BM-294: what is stored is committed when the assignment ends, whatever it is.
void Consumer::drop(PartitionNumber partition) {
    Stored& own = stored_[partition];
    if (context_.options.auto_commit && own.stored != no_offset) {
        offsets_.commit(0, {{partition, own.stored, {}}});
    }
    own = {};
    fetcher_.unassign(partition);
}

void Consumer::drop_all() {
    for (const auto& [partition, own] : stored_) {
        if (own.assigned) drop(partition);
    }
    fetcher_.unassign_all();
}

KafkaError Consumer::store(PartitionNumber partition, Offset next_to_read) {
    Stored& own = stored_[partition];
    if (!own.assigned) return KafkaError::client_state;
    own.stored = next_to_read;
    return KafkaError::none;
}

void Consumer::commit_stored(std::uint64_t id) {
    std::vector<OffsetToStore> offsets;
    CommitEvent nothing{.commit = id};
    for (auto& [partition, own] : stored_) {
        if (!own.assigned) continue;
        nothing.partitions.push_back({partition, KafkaError::client_no_offset});
        const bool is_new =
            own.stored != no_offset && (own.committed == no_offset || own.stored > own.committed);
        if (!is_new) continue;
        offsets.push_back({partition, own.stored, {}});
        own.committed = own.stored;
    }
    if (offsets.empty()) return push(std::move(nothing));
    offsets_.commit(id, std::move(offsets));
}

void Consumer::assign(const std::vector<AssignedFrom>& partitions) {
    if (!membership_.awaits_call()) return;
    fetcher_.unassign_all();
    take_in(partitions);
    std::vector<PartitionNumber> numbers;
    for (const AssignedFrom& each : partitions)
        numbers.push_back(each.partition);
    fetcher_.release_all();
    membership_.assigned(numbers, false);
}

void Consumer::incremental_assign(const std::vector<AssignedFrom>& partitions) {
    if (!membership_.awaits_call()) return;
    take_in(partitions);
    std::vector<PartitionNumber> numbers;
    for (const AssignedFrom& each : partitions)
        numbers.push_back(each.partition);
    fetcher_.release_all();
    membership_.assigned(numbers, true);
}

void Consumer::unassign() {
    if (!membership_.awaits_call()) return;
    drop_all();
    fetcher_.release_all();
    membership_.unassigned({}, false);
}

void Consumer::incremental_unassign(const std::vector<PartitionNumber>& partitions) {
    if (!membership_.awaits_call()) return;
    for (const PartitionNumber partition : partitions)
        drop(partition);
    fetcher_.release_all();
    membership_.unassigned(partitions, true);
}

void Consumer::commit(std::uint64_t id, std::vector<OffsetToStore> offsets) {
    offsets_.commit(id, std::move(offsets));
}

void Consumer::fetch_committed(std::uint64_t id, std::vector<PartitionNumber> partitions) {
    offsets_.fetch(id, std::move(partitions));
}

void Consumer::break_connections() {
    link_.break_off();
    fetcher_.break_off();
}

}  // namespace odradek::sim
