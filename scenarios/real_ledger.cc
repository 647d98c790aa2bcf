#include "scenarios/real_ledger.h"

#include "engine/runtime/steady_clock.h"
#include "scenarios/commit_evidence.h"
#include "scenarios/real_member.h"

#include <algorithm>

namespace odradek::scenarios {

namespace {

using Kind = TraceEvent::Kind;

RealLedger::Place place_of(const TraceEvent& event) {
    return {event.topic, event.partition.value(), event.offset.value()};
}

}  // namespace

void RealLedger::add(TraceEvent event, std::uint32_t key_hash, bool counts) {
    event.at = Instant{} + (event.at - start_);
    events_.push_back({std::move(event), key_hash, counts});
}

void RealLedger::write(TraceEvent event) {
    event.at = steady_now();
    add(std::move(event), 0, true);
}

void RealLedger::take(LedgerEntry entry) {
    TraceEvent& event = entry.event;
    if (event.kind == Kind::note && event.detail == member_notes::given_up) {
        note_end(place_of(event));
        return;
    }
    const bool is_over = event.detail == "done" || event.detail == "skip";
    if (event.kind == Kind::finished && is_over) note_end(place_of(event));
    if (event.kind == Kind::committed) {
        stored({event.topic, event.partition.value()}, event.offset);
    }
    add(std::move(event), entry.key_hash, true);
}

void RealLedger::stored(const Partition& partition, Offset next_to_read) {
    std::int64_t& known = next_to_read_.try_emplace(partition, -1).first->second;
    known = std::max(known, next_to_read.value());
}

void RealLedger::note_end(const Place& record) {
    const bool was_produced = produced_at_.contains(record);
    if (was_produced) {
        unfinished_.erase(record);
    } else {
        finished_early_.insert(record);
    }
}

std::uint64_t RealLedger::producing(TraceEvent event) {
    event.at = steady_now();
    ++unanswered_;
    add(std::move(event), 0, false);
    return events_.size() - 1;
}

void RealLedger::produced(std::uint64_t place, PartitionId partition, Offset offset) {
    Written& written = events_[place];
    written.event.partition = partition;
    written.event.offset = offset;
    written.counts = true;
    --unanswered_;
    std::int64_t& end = ends_[{written.event.topic, partition.value()}];
    end = std::max(end, next(offset).value());
    const Place record = place_of(written.event);
    produced_at_[record] = place;
    if (finished_early_.erase(record) == 0) unfinished_.insert(record);
}

void RealLedger::not_produced(std::uint64_t /*place*/) {
    --unanswered_;
}

bool RealLedger::is_at_rest() const {
    if (!is_finished()) return false;
    return std::ranges::all_of(ends_, [this](const auto& entry) {
        const auto committed = next_to_read_.find(entry.first);
        return committed != next_to_read_.end() && committed->second >= entry.second;
    });
}

std::string RealLedger::pending() const {
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

void RealLedger::use_stored_commits(std::vector<TraceEvent> commits) {
    std::vector<TraceEvent> acknowledged;
    for (Written& written : events_) {
        if (written.event.kind != Kind::committed) continue;
        written.counts = false;
        acknowledged.push_back(std::move(written.event));
    }
    std::ranges::stable_sort(acknowledged, {}, &TraceEvent::at);
    for (TraceEvent& commit : merge_commits(acknowledged, std::move(commits))) {
        events_.push_back({std::move(commit), 0, true});
    }
}

void RealLedger::fill_key(Written& written, std::vector<std::string>& mistakes) const {
    TraceEvent& event = written.event;
    if (event.kind != Kind::started && event.kind != Kind::finished) return;
    const auto known = produced_at_.find(place_of(event));
    if (known == produced_at_.end()) return;  // stored, though its producer was never told so
    const TraceEvent& record = events_[known->second].event;
    event.key = record.key;
    event.has_key = record.has_key;
    if (ledger_key_hash(record.has_key, record.key) == written.key_hash) return;
    mistakes.push_back(
        "member " + std::to_string(event.member) + " was given offset " +
        std::to_string(event.offset.value()) + " of topic " + std::to_string(event.topic) +
        " partition " + std::to_string(event.partition.value()) + " with another key than it has"
    );
}

std::vector<std::string> RealLedger::give(sim::TraceSink& sink) {
    std::vector<std::string> mistakes;
    std::vector<Written*> order;
    order.reserve(events_.size());
    for (Written& written : events_) {
        if (written.counts) order.push_back(&written);
    }
    std::ranges::stable_sort(order, {}, [](const Written* written) { return written->event.at; });
    for (Written* written : order) {
        fill_key(*written, mistakes);
        sink.observe(written->event);
    }
    return mistakes;
}

}  // namespace odradek::scenarios
