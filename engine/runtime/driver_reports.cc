// What the driver tells the user: the listener, status and meters.

#include "engine/runtime/driver.h"

#include <algorithm>
#include <utility>

namespace odradek {

namespace {

/// The owner looks at its inbox much more often than this, unless a listener holds it.
constexpr Duration meters_wait_max = std::chrono::seconds{5};

}  // namespace

void Driver::observe(const Event& event) {
    const ConsumerListener& listener = options_.listener;
    if (const auto* assigned = std::get_if<PartitionsAssigned>(&event)) {
        live_.has_assignment = assigned->partitions.empty();  // else when they are taken up
        if (!listener.on_assigned) return;
        for (const AssignedPartition partition : assigned->partitions) {
            listener.on_assigned(names({partition.partition}), partition.epoch);
        }
    } else if (const auto* lost = std::get_if<PartitionsLost>(&event)) {
        if (listener.on_lost) listener.on_lost(names(lost->partitions));
    } else if (const auto* answer = std::get_if<CommitAnswered>(&event)) {
        if (!listener.on_committed || !sent_commit_ || sent_commit_->commit != answer->commit)
            return;
        for (const CommittedPartition& partition : answer->partitions) {
            const auto sent =
                std::ranges::find_if(sent_commit_->offsets, [&](const OffsetToCommit& offset) {
                    return offset.partition.partition == partition.partition.partition;
                });
            if (partition.error || sent == sent_commit_->offsets.end()) continue;
            listener.on_committed(
                client_.partitions()[sent->partition.partition].name,
                sent->next_to_read,
                sent->metadata
            );
        }
    }
}

void Driver::notify(const Notice& notice) {
    watch_stuck(notice);
    if (!options_.listener.on_notice) return;
    EngineNotice told{
        .kind = name_of(notice.kind),
        .offset = notice.offset,
        .attempt = notice.attempt,
        .text = notice.text};
    if (notice.partition) told.partition = client_.partitions()[*notice.partition].name;
    options_.listener.on_notice(told);
}

std::vector<TopicPartition> Driver::names(const std::vector<PartitionIndex>& partitions) const {
    std::vector<TopicPartition> names;
    names.reserve(partitions.size());
    for (const PartitionIndex partition : partitions) {
        names.push_back(client_.partitions()[partition].name);
    }
    return names;
}

void Driver::watch_stuck(const Notice& notice) {
    if (notice.kind == Notice::Kind::partition_stuck) {
        const Instant since = now_ - options_.engine.slow.partition_after;
        stuck_.insert_or_assign(*notice.partition, std::pair{notice.offset, since});
    } else if (notice.kind == Notice::Kind::partition_unstuck) {
        stuck_.erase(*notice.partition);
    } else {
        return;
    }
    publish_status();  // a listener that asks for the status finds what it is told of
}

void Driver::publish_status() {
    live_.in_flight = engine_.in_flight();
    live_.waiting = engine_.waiting();
    live_.partitions = client_.assigned_count();
    live_.is_caught_up =
        live_.partitions > 0 && client_.is_at_end() && live_.in_flight + live_.waiting == 0;
    live_.stuck.clear();
    for (const auto& [partition, record] : stuck_) {
        const auto& [offset, since] = record;
        live_.stuck.push_back({client_.partitions()[partition].name, offset, now_ - since});
    }
    const std::lock_guard lock{mutex_};
    const bool is_closed = status_.is_closed;
    std::optional<Error> cause = std::move(status_.cause);
    status_ = live_;
    status_.is_closed = is_closed;
    status_.cause = std::move(cause);
    if (meters_given_ == meters_asked_) return;
    meters_ = collect_meters();
    meters_given_ = meters_asked_;
    has_meters_.notify_all();
}

ConsumerStatus Driver::status() const {
    const std::lock_guard lock{mutex_};
    return status_;
}

Meters Driver::collect_meters() const {
    Meters meters = engine_.meters(now_);
    for (PartitionMeters& partition : meters.partitions) {
        partition.partition = client_.partitions()[partition.index].name;
    }
    meters.running = pool_ == nullptr ? 0 : pool_->running();
    meters.encoding = encoding_;
    return meters;
}

Meters Driver::meters() {
    if (owner_.load() == std::this_thread::get_id()) return collect_meters();
    std::unique_lock lock{mutex_};
    if (status_.is_closed) return meters_;
    const std::uint64_t asked = ++meters_asked_;
    inbox_->post(Event{TimePassed{}});  // wakes the owner
    has_meters_.wait_for(lock, meters_wait_max, [&] {
        return meters_given_ >= asked || status_.is_closed;
    });
    return meters_;
}

}  // namespace odradek
