#pragma once

#include "engine/core/trace.h"

namespace odradek::sim {

/// Takes what happens in the world, in the order of virtual time. One sink per world.
class TraceSink {
public:
    TraceSink() = default;
    TraceSink(const TraceSink&) = delete;
    TraceSink& operator=(const TraceSink&) = delete;
    virtual ~TraceSink() = default;

    /// `event` is reused by the caller: copy what is kept.
    virtual void observe(const TraceEvent& event) = 0;
};

}  // namespace odradek::sim
