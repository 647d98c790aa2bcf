#pragma once

#include "odradek/meters.h"
#include "odradek/types.h"

#include "engine/core/event.h"
#include "simulator/broker/cluster.h"
#include "simulator/broker/log.h"
#include "simulator/kernel/tracer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace odradek::sim {

/// "done", "retry", "skip", "fail", "unstarted".
[[nodiscard]] constexpr std::string_view name_of(WorkResult result) {
    switch (result) {
        case WorkResult::done:
            return "done";
        case WorkResult::retry:
            return "retry";
        case WorkResult::skip:
            return "skip";
        case WorkResult::fail:
            return "fail";
        case WorkResult::unstarted:
            return "unstarted";
        case WorkResult::deferred:
            return "deferred";
    }
    return "?";
}

/// What the checker meters_agree_with_trace compares with the rest of the trace.
[[nodiscard]] inline std::string metered_text(const Meters& meters) {
    return "polled=" + std::to_string(meters.polled) + " done=" + std::to_string(meters.done) +
           " retry=" + std::to_string(meters.retried) + " skip=" + std::to_string(meters.skipped) +
           " fail=" + std::to_string(meters.failed) +
           " commits=" + std::to_string(meters.commits_acknowledged);
}

/// One run of one record by a handler.
struct HandledRecord {
    PartitionNumber partition{};
    const LogRecord* record = nullptr;
    Epoch epoch{};
    std::uint32_t attempt = 1;
    std::uint32_t batch = 0;  ///< call that it is of; 0: a call of its own
};

/// What one consumer process writes into the trace of what it saw and did.
class Ledger {
public:
    Ledger(Tracer& tracer, const Cluster& cluster, std::int32_t member)
        : tracer_(tracer)
        , cluster_(cluster)
        , member_(member) {}

    void started(const HandledRecord& run) { handler(TraceEvent::Kind::started, run, {}); }
    void finished(const HandledRecord& run, WorkResult result) {
        ++handled_;
        handler(TraceEvent::Kind::finished, run, name_of(result));
    }
    void polled(PartitionNumber partition, Offset offset, Epoch epoch) {
        write(TraceEvent::Kind::polled, partition, offset, epoch);
    }
    void write(
        TraceEvent::Kind kind,
        PartitionNumber partition,
        Offset offset,
        Epoch epoch,
        std::string_view detail = {}
    ) {
        tracer_.write(kind, place(partition, offset, epoch), detail);
    }

    [[nodiscard]] const Partition& partition(PartitionNumber number) const {
        return cluster_.partition(number);
    }
    [[nodiscard]] std::uint64_t handled() const { return handled_; }
    [[nodiscard]] std::int32_t member() const { return member_; }
    [[nodiscard]] Tracer& tracer() { return tracer_; }

private:
    [[nodiscard]] TracePlace place(PartitionNumber number, Offset offset, Epoch epoch) const {
        const Partition& found = cluster_.partition(number);
        return {
            .member = member_,
            .topic = found.topic,
            .partition = found.id,
            .offset = offset,
            .epoch = epoch};
    }
    void handler(TraceEvent::Kind kind, const HandledRecord& run, std::string_view detail) {
        const LogRecord& record = *run.record;
        tracer_.write(
            kind,
            place(run.partition, record.offset, run.epoch),
            {.bytes = record.key_text(),
             .has_key = record.has_key(),
             .attempt = run.attempt,
             .batch = run.batch},
            detail
        );
    }

    Tracer& tracer_;
    const Cluster& cluster_;
    std::int32_t member_;
    std::uint64_t handled_ = 0;
};

}  // namespace odradek::sim
