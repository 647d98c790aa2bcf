#pragma once

#include "simulator/checkers/judge.h"

#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// A hand-written trace for the tests of the checkers: topic 0, each event a millisecond after the
/// one before it unless told otherwise.
class TestTrace {
public:
    TestTrace& wait(Duration duration) {
        now_ += duration;
        return *this;
    }
    TestTrace& produced(std::int32_t partition, std::int64_t offset, std::string_view key = "k") {
        TraceEvent& event = add(TraceEvent::Kind::produced, -1, partition, offset);
        event.key = key;
        event.has_key = true;
        return *this;
    }
    TestTrace& produced_without_key(std::int32_t partition, std::int64_t offset) {
        add(TraceEvent::Kind::produced, -1, partition, offset);
        return *this;
    }
    TestTrace& assigned(std::int32_t member, std::int32_t partition, std::uint32_t epoch = 1) {
        add(TraceEvent::Kind::assigned, member, partition, -1).epoch = Epoch{epoch};
        return *this;
    }
    TestTrace& revoked(std::int32_t member, std::int32_t partition, std::uint32_t epoch = 1) {
        add(TraceEvent::Kind::revoked, member, partition, -1).epoch = Epoch{epoch};
        return *this;
    }
    TestTrace& lost(std::int32_t member, std::int32_t partition, std::uint32_t epoch = 1) {
        add(TraceEvent::Kind::lost, member, partition, -1).epoch = Epoch{epoch};
        return *this;
    }
    TestTrace& polled(std::int32_t member, std::int32_t partition, std::int64_t offset) {
        add(TraceEvent::Kind::polled, member, partition, offset).epoch = Epoch{1};
        return *this;
    }
    TestTrace& started(
        std::int32_t member, std::int32_t partition, std::int64_t offset, std::uint32_t epoch = 1
    ) {
        TraceEvent& event = add(TraceEvent::Kind::started, member, partition, offset);
        event.epoch = Epoch{epoch};
        event.attempt = 1;
        return *this;
    }
    TestTrace& finished(
        std::int32_t member,
        std::int32_t partition,
        std::int64_t offset,
        std::string_view answer = "done",
        std::uint32_t epoch = 1
    ) {
        TraceEvent& event = add(TraceEvent::Kind::finished, member, partition, offset);
        event.epoch = Epoch{epoch};
        event.attempt = 1;
        event.detail = answer;
        return *this;
    }
    /// The event before is of this call of a batch handler.
    TestTrace& in_batch(std::uint32_t batch) {
        events_.back().batch = batch;
        return *this;
    }
    TestTrace& ran(std::int32_t member, std::int32_t partition, std::int64_t offset) {
        return started(member, partition, offset).finished(member, partition, offset);
    }
    TestTrace& acknowledged(std::int32_t member, std::int32_t partition, std::int64_t offset) {
        add(TraceEvent::Kind::acknowledged, member, partition, offset).detail = "dead-letters";
        return *this;
    }
    TestTrace& committed(
        std::int32_t member,
        std::int32_t partition,
        std::int64_t next_to_read,
        std::string_view map = {}
    ) {
        add(TraceEvent::Kind::committed, member, partition, next_to_read).detail = map;
        return *this;
    }
    TestTrace& commit_failed(std::int32_t member, std::int32_t partition) {
        add(TraceEvent::Kind::commit_failed, member, partition, -1);
        return *this;
    }
    TestTrace& down(std::int32_t member, std::string_view how) {
        add(TraceEvent::Kind::member_down, member, -1, -1).detail = how;
        return *this;
    }
    TestTrace& up(std::int32_t member) {
        add(TraceEvent::Kind::member_up, member, -1, -1);
        return *this;
    }
    TestTrace& metered(std::int32_t member, std::string_view meters) {
        add(TraceEvent::Kind::metered, member, -1, -1).detail = meters;
        return *this;
    }
    TestTrace& fault(std::string_view what, std::int32_t partition, std::int64_t offset) {
        add(TraceEvent::Kind::fault_on, -1, partition, offset).detail = what;
        return *this;
    }

    /// What one guarantee says of the trace so far.
    [[nodiscard]] std::vector<Violation> judged_by(
        const std::string& guarantee, const JudgedSettings& settings = {}, bool reached_end = true
    ) const {
        Judge judge(settings, std::vector<std::string>{guarantee});
        for (const TraceEvent& event : events_) {
            judge.observe(event);
        }
        return judge.finish({.reached_end = reached_end, .at = now_});
    }

private:
    TraceEvent& add(
        TraceEvent::Kind kind, std::int32_t member, std::int32_t partition, std::int64_t offset
    ) {
        now_ += std::chrono::milliseconds{1};
        TraceEvent event;
        event.at = now_;
        event.kind = kind;
        event.member = member;
        event.topic = partition < 0 ? -1 : 0;
        event.partition = PartitionId{partition};
        event.offset = Offset{offset};
        events_.push_back(event);
        return events_.back();
    }

    Instant now_{};
    std::vector<TraceEvent> events_;
};

}  // namespace odradek::sim
