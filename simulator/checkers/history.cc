#include "simulator/checkers/history.h"

#include "simulator/checkers/commit_text.h"

#include <algorithm>
#include <string>

namespace odradek::sim {

namespace {

/// Nothing grows beyond this from one event: a trace file is foreign input.
constexpr std::int64_t gap_max = 1 << 24;

bool is_open(const RecordFacts& record) {
    return record.produced != 0 && record.settled == 0 && !record.excused;
}

}  // namespace

std::uint32_t PartitionFacts::index_of(Offset offset) const {
    if (offset < base) return nowhere;
    const std::int64_t index = distance(base, offset);
    if (index >= static_cast<std::int64_t>(records.size())) return nowhere;
    const auto found = static_cast<std::uint32_t>(index);
    return records[found].produced == 0 ? nowhere : found;
}

History::History(const JudgedSettings& settings) : settings_(settings) {}

std::uint32_t History::partition_number(const TraceEvent& event) {
    if (event.topic < 0 || event.partition.value() < 0) return nowhere;
    const auto topic = static_cast<std::size_t>(event.topic);
    const auto partition = static_cast<std::size_t>(event.partition.value());
    if (topic >= numbers_.size()) numbers_.resize(topic + 1);
    if (partition >= numbers_[topic].size()) numbers_[topic].resize(partition + 1, nowhere);
    std::uint32_t& number = numbers_[topic][partition];
    if (number == nowhere) {
        number = static_cast<std::uint32_t>(partitions_.size());
        partitions_.push_back({.topic = event.topic, .partition = event.partition});
    }
    return number;
}

Observed History::take(const TraceEvent& event) {
    newly_covered_.clear();
    Observed seen{.event = event, .number = ++number_, .partition = partition_number(event)};
    using enum TraceEvent::Kind;
    if (event.kind == member_down) take_member_down(seen);
    if (seen.partition == nowhere) return seen;
    PartitionFacts& partition = partitions_[seen.partition];
    switch (event.kind) {
        case produced:
            take_produced(partition, seen);
            break;
        case committed:
        case commit_failed:
            take_committed(partition, seen);
            break;
        case assigned:
        case revoked:
        case lost:
            take_assignment(partition, seen);
            break;
        case fault_on:
            take_log_change(partition, seen);
            break;
        case started:
        case finished:
        case acknowledged:
        case polled:
        case sent:
            seen.record = partition.index_of(event.offset);
            if (event.kind == started) take_started(seen);
            if (settles(event)) take_settled(seen);
            break;
        case paused:
        case resumed:
        case member_up:
        case member_down:
        case fault_off:
        case metered:
        case probe:
        case note:
            break;
    }
    if (event.kind == finished) ++finished_;
    return seen;
}

bool History::settles(const TraceEvent& event) const {
    if (event.kind == TraceEvent::Kind::acknowledged) return true;
    if (event.kind != TraceEvent::Kind::finished) return false;
    if (event.detail == "done" || event.detail == "skip") return true;
    if (settings_.then != AfterLastAttempt::skip) return false;
    const bool last = settings_.attempts_max != 0 && event.attempt >= settings_.attempts_max;
    return event.detail == "fail" || last;
}

void History::take_produced(PartitionFacts& partition, Observed& seen) {
    const Offset offset = seen.event.offset;
    if (partition.records.empty()) partition.base = offset;
    const std::int64_t index = distance(partition.base, offset);
    if (index < 0 || index > static_cast<std::int64_t>(partition.records.size()) + gap_max) return;
    seen.record = static_cast<std::uint32_t>(index);
    if (seen.record >= partition.records.size()) partition.records.resize(seen.record + 1);
    partition.records[seen.record] = {.produced = seen.number};
    if (offset < partition.committed) {
        partition.records[seen.record].covered = seen.number;
        newly_covered_.push_back(seen.record);
    }
    link_into_lane(seen, seen.event);
}

std::uint32_t History::lane_number(std::uint32_t partition, const TraceEvent& event) {
    if (settings_.ordering == Ordering::virtual_partition && settings_.lane_of) {
        return keys_.number_of(partition, true, std::to_string(settings_.lane_of(event)));
    }
    if (!event.has_key && settings_.null_keys == NullKeys::unordered) return nowhere;
    return keys_.number_of(partition, event.has_key, event.key);
}

void History::link_into_lane(Observed& seen, const TraceEvent& event) {
    const std::uint32_t lane = lane_number(seen.partition, event);
    if (lane == nowhere) return;
    if (lane == lanes_.size()) lanes_.push_back({.partition = seen.partition});
    PartitionFacts& partition = partitions_[seen.partition];
    partition.records[seen.record].lane = lane;
    append_to_lane(partition, seen.record);
}

void History::take_started(const Observed& seen) {
    if (seen.record == nowhere) return;
    RecordFacts& record = partitions_[seen.partition].records[seen.record];
    if (record.settled != 0) ++replayed_;
    if (record.started == 0) record.started = seen.number;
    record.last_started_at = seen.event.at;
}

void History::take_settled(Observed& seen) {
    if (seen.record == nowhere) return;
    PartitionFacts& partition = partitions_[seen.partition];
    RecordFacts& record = partition.records[seen.record];
    const Tenure* tenure = tenure_of(seen.partition, seen.event.member);
    const bool is_late = tenure != nullptr && tenure->epoch != seen.event.epoch;
    if (!is_late) {
        record.last_settled = seen.number;
        record.settled_by = seen.event.member;
        record.settled_epoch = seen.event.epoch;
        record.ran_for = seen.event.at - record.last_started_at;
    }
    if (record.settled != 0 || record.excused) return;
    record.settled = seen.number;
    seen.settles = true;
    if (record.lane != nowhere) {
        LaneFacts& lane = lanes_[record.lane];
        if (lane.first_open < seen.record) seen.overtaken = lane.first_open;
        close_gaps(partition, lane);
    }
    close_gaps(partition);  // offsets without a record may have come since
    if (partition.first_open < seen.record) seen.overtaken_in_partition = partition.first_open;
}

void History::close_gaps(PartitionFacts& partition) {
    while (partition.first_open < partition.records.size() &&
           !is_open(partition.records[partition.first_open])) {
        ++partition.first_open;
    }
}

void History::close_gaps(const PartitionFacts& partition, LaneFacts& lane) {
    while (lane.first_open != nowhere && !is_open(partition.records[lane.first_open])) {
        lane.first_open = partition.records[lane.first_open].next_in_lane;
    }
}

void History::take_committed(PartitionFacts& partition, const Observed& seen) {
    const auto owner = std::ranges::find(
        partition.tenures.rbegin(), partition.tenures.rend(), seen.event.member, &Tenure::member
    );
    const bool stored = seen.event.kind == TraceEvent::Kind::committed;
    if (owner != partition.tenures.rend()) owner->commit_failed = !stored;
    if (!stored) return;
    const auto cover = [&](std::int64_t from, std::int64_t to) {
        const auto size = static_cast<std::int64_t>(partition.records.size());
        for (std::int64_t at = std::max<std::int64_t>(from, 0); at < std::min(to, size); ++at) {
            RecordFacts& record = partition.records[static_cast<std::size_t>(at)];
            if (record.produced == 0 || record.covered != 0) continue;
            record.covered = seen.number;
            newly_covered_.push_back(static_cast<std::uint32_t>(at));
        }
    };
    const std::int64_t below = distance(partition.base, seen.event.offset);
    cover(partition.covered_end, below);
    const auto size = static_cast<std::int64_t>(partition.records.size());
    partition.covered_end = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
        below, partition.covered_end, std::max<std::int64_t>(size, partition.covered_end)
    ));
    for (const OffsetRange& range : completed_above(seen.event.offset, seen.event.detail)) {
        cover(distance(partition.base, range.begin), distance(partition.base, range.end));
    }
    partition.committed = std::max(partition.committed, seen.event.offset);
}

void History::take_assignment(PartitionFacts& partition, const Observed& seen) {
    const TraceEvent& event = seen.event;
    if (event.kind == TraceEvent::Kind::assigned) {
        partition.tenures.push_back(
            {.member = event.member, .epoch = event.epoch, .since = seen.number}
        );
        return;
    }
    for (Tenure& tenure : partition.tenures) {
        if (tenure.member != event.member || tenure.end != Tenure::End::open) continue;
        const bool revoked = event.kind == TraceEvent::Kind::revoked;
        tenure.end = revoked ? Tenure::End::revoked : Tenure::End::lost;
        tenure.until = seen.number;
        tenure.until_at = event.at;
    }
}

void History::take_member_down(const Observed& seen) {
    const bool crashed = seen.event.detail != "closed";
    for (PartitionFacts& partition : partitions_) {
        for (Tenure& tenure : partition.tenures) {
            if (tenure.member != seen.event.member) continue;
            const bool is_last = &tenure == &partition.tenures.back();
            if (tenure.end == Tenure::End::open) {
                tenure.end = crashed ? Tenure::End::crashed : Tenure::End::closed;
                tenure.until = seen.number;
                tenure.until_at = seen.event.at;
            } else if (!crashed && is_last && tenure.end == Tenure::End::revoked) {
                tenure.end = Tenure::End::closed;
            }
        }
    }
}

// Faults that take records out of a log, or offsets out of the group, name the place.
void History::take_log_change(PartitionFacts& partition, const Observed& seen) {
    const TraceEvent& event = seen.event;
    const auto size = static_cast<std::int64_t>(partition.records.size());
    const auto index = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(distance(partition.base, event.offset), 0, size)
    );
    if (event.detail == "truncated") {
        partition.records.resize(index);
        partition.committed = std::min(partition.committed, event.offset);
        partition.covered_end = std::min(partition.covered_end, index);
        partition.first_open = std::min(partition.first_open, index);
        relink(seen.partition);
    } else if (event.detail == "log start") {
        for (std::uint32_t gone = 0; gone < index; ++gone) {
            partition.records[gone].excused = true;
        }
        relink(seen.partition);
    } else if (event.detail == "compacted away") {
        excuse(partition, partition.index_of(event.offset));
    } else if (event.detail == "offset stored from outside") {
        partition.committed = event.offset;
        partition.covered_end = index;
        for (std::size_t later = index; later < partition.records.size(); ++later) {
            partition.records[later].covered = 0;
        }
    }
}

void History::excuse(PartitionFacts& partition, std::uint32_t index) {
    if (index == nowhere) return;
    RecordFacts& record = partition.records[index];
    record.excused = true;
    close_gaps(partition);
    if (record.lane != nowhere) close_gaps(partition, lanes_[record.lane]);
}

// Chains that led through records that are gone are made anew; rare.
void History::relink(std::uint32_t number) {
    PartitionFacts& partition = partitions_[number];
    for (LaneFacts& lane : lanes_) {
        if (lane.partition == number) lane = {.partition = number};
    }
    for (std::uint32_t index = 0; index < partition.records.size(); ++index) {
        RecordFacts& record = partition.records[index];
        record.next_in_lane = nowhere;
        if (record.lane == nowhere || record.excused) continue;
        append_to_lane(partition, index);
    }
    close_gaps(partition);
}

void History::append_to_lane(PartitionFacts& partition, std::uint32_t index) {
    LaneFacts& lane = lanes_[partition.records[index].lane];
    if (lane.last != nowhere) partition.records[lane.last].next_in_lane = index;
    lane.last = index;
    if (lane.first_open == nowhere && is_open(partition.records[index])) lane.first_open = index;
}

const Tenure* History::tenure_of(std::uint32_t partition, std::int32_t member) const {
    const std::vector<Tenure>& tenures = partitions_[partition].tenures;
    const auto found = std::ranges::find(tenures.rbegin(), tenures.rend(), member, &Tenure::member);
    return found == tenures.rend() ? nullptr : &*found;
}

}  // namespace odradek::sim
