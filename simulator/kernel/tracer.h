#pragma once

#include "odradek/contract.h"
#include "odradek/types.h"

#include "engine/core/trace.h"
#include "simulator/kernel/scheduler.h"
#include "simulator/kernel/trace_sink.h"
#include "simulator/probes.h"

#include <string_view>

namespace odradek::sim {

/// What every event of a record or a partition names.
struct TracePlace {
    std::int32_t member = -1;
    std::int32_t topic = -1;
    PartitionId partition{-1};
    Offset offset{-1};
    Epoch epoch{0};
};

/// Stamps what happens with the world's time and passes it to the sink. One event is reused, so
/// that a record costs no allocation.
class Tracer {
public:
    Tracer(const Scheduler& scheduler, TraceSink& sink) : scheduler_(scheduler), sink_(sink) {}

    void write(TraceEvent::Kind kind, const TracePlace& place, std::string_view detail = {}) {
        stamp(kind, place, detail);
        event_.attempt = 0;
        event_.batch = 0;
        event_.has_key = false;
        event_.key.clear();
        sink_.observe(event_);
    }

    /// For kinds that name a key; `attempt` is 0 where there is none.
    struct Key {
        std::string_view bytes{};
        bool has_key = false;
        std::uint32_t attempt = 0;
        std::uint32_t batch = 0;
    };
    void write(
        TraceEvent::Kind kind, const TracePlace& place, const Key& key, std::string_view detail
    ) {
        stamp(kind, place, detail);
        event_.attempt = key.attempt;
        event_.batch = key.batch;
        event_.has_key = key.has_key;
        event_.key.assign(key.bytes);
        sink_.observe(event_);
    }

    void fault(bool begins, std::string_view which, const TracePlace& place = {}) {
        write(begins ? TraceEvent::Kind::fault_on : TraceEvent::Kind::fault_off, place, which);
    }
    /// `name` is one of probe_rows.
    void probe(std::string_view name, std::int32_t member = -1) {
        expects(is_probe(name));
        write(TraceEvent::Kind::probe, {.member = member}, name);
    }

private:
    void stamp(TraceEvent::Kind kind, const TracePlace& place, std::string_view detail) {
        event_.at = scheduler_.now();
        event_.kind = kind;
        event_.member = place.member;
        event_.topic = place.topic;
        event_.partition = place.partition;
        event_.offset = place.offset;
        event_.epoch = place.epoch;
        event_.detail.assign(detail);
    }

    const Scheduler& scheduler_;
    TraceSink& sink_;
    TraceEvent event_;
};

}  // namespace odradek::sim
