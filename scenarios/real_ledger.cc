#include "scenarios/real_ledger.h"

#include "engine/runtime/steady_clock.h"

#include <algorithm>

namespace odradek::scenarios {

namespace {

RealLedger::Place place_of(const TraceEvent& event) {
    return {event.topic, event.partition.value(), event.offset.value()};
}

}  // namespace

void RealLedger::write(TraceEvent event) {
    const std::lock_guard lock{mutex_};
    event.at = Instant{} + (steady_now() - start_);
    const bool is_over = event.detail == "done" || event.detail == "skip";
    if (event.kind == TraceEvent::Kind::finished && is_over) note_end(place_of(event));
    if (event.kind == TraceEvent::Kind::committed) {
        next_to_read_[{event.topic, event.partition.value()}] = event.offset.value();
    }
    events_.push_back({std::move(event)});
}

void RealLedger::note_end(const Place& record) {
    if (unfinished_.erase(record) == 0) finished_early_.insert(record);
}

void RealLedger::given_up(const Place& record) {
    const std::lock_guard lock{mutex_};
    note_end(record);
}

std::uint64_t RealLedger::producing(TraceEvent event) {
    const std::lock_guard lock{mutex_};
    event.at = Instant{} + (steady_now() - start_);
    ++unanswered_;
    events_.push_back({std::move(event), false});
    return events_.size() - 1;
}

void RealLedger::produced(std::uint64_t place, PartitionId partition, Offset offset) {
    const std::lock_guard lock{mutex_};
    Written& written = events_[place];
    written.event.partition = partition;
    written.event.offset = offset;
    written.counts = true;
    --unanswered_;
    std::int64_t& end = ends_[{written.event.topic, partition.value()}];
    end = std::max(end, next(offset).value());
    const Place record = place_of(written.event);
    if (finished_early_.erase(record) == 0) unfinished_.insert(record);
}

void RealLedger::not_produced(std::uint64_t /*place*/) {
    const std::lock_guard lock{mutex_};
    --unanswered_;
}

bool RealLedger::is_at_rest() const {
    const std::lock_guard lock{mutex_};
    if (unanswered_ > 0 || !unfinished_.empty()) return false;
    return std::ranges::all_of(ends_, [this](const auto& entry) {
        const auto committed = next_to_read_.find(entry.first);
        return committed != next_to_read_.end() && committed->second >= entry.second;
    });
}

std::string RealLedger::pending() const {
    const std::lock_guard lock{mutex_};
    std::string text = std::to_string(unanswered_) + " records not acknowledged to the producer, " +
                       std::to_string(unfinished_.size()) + " not finished";
    if (!unfinished_.empty()) {
        const auto& [topic, partition, offset] = *unfinished_.begin();
        text += ", the first at " + std::to_string(topic) + "/" + std::to_string(partition) + ":" +
                std::to_string(offset);
    }
    for (const auto& [partition, end] : ends_) {
        const auto committed = next_to_read_.find(partition);
        const std::int64_t stored = committed == next_to_read_.end() ? -1 : committed->second;
        if (stored >= end) continue;
        text += "; partition " + std::to_string(partition.first) + "/" +
                std::to_string(partition.second) + " committed " + std::to_string(stored) + " of " +
                std::to_string(end);
    }
    return text;
}

void RealLedger::give(sim::TraceSink& sink) const {
    const std::lock_guard lock{mutex_};
    for (const Written& written : events_) {
        if (written.counts) sink.observe(written.event);
    }
}

}  // namespace odradek::scenarios
