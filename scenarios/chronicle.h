#pragma once

#include "engine/core/trace.h"
#include "simulator/checkers/history.h"

#include <cstdint>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// A span of a trace's time line.
struct TimeSpan {
    Instant from{};
    Instant to{};

    [[nodiscard]] bool overlaps(const TimeSpan& other) const {
        return from <= other.to && other.from <= to;
    }
};

/// A process of a member, from its start to its end.
struct MemberLife {
    TimeSpan span;
    std::int32_t member = -1;
    bool crashed = false;
};

/// Something that was broken for a while, or at one instant.
struct Disturbance {
    TimeSpan span;
    std::string what;
};

/// A member's ownership of a partition.
struct Ownership {
    TimeSpan span;
    std::int32_t topic = -1;
    std::int32_t partition = -1;
    std::int32_t member = -1;
    std::uint32_t epoch = 0;
};

struct CommitMark {
    Instant at{};
    std::int32_t topic = -1;
    std::int32_t partition = -1;
    std::int32_t member = -1;
    std::int64_t offset = -1;
    bool failed = false;
};

/// One run of a handler. `outcome` is empty when the process died in it or the trace ends before.
struct HandlerRunMark {
    TimeSpan span;
    std::int32_t topic = -1;
    std::int32_t partition = -1;
    std::int32_t member = -1;
    std::int64_t offset = -1;
    std::uint32_t attempt = 0;
    std::string key;
    std::string outcome;
    sim::EventNumber number = 0;  ///< of its start
};

/// A trace as things that last, for pictures and stories.
struct Chronicle {
    TimeSpan whole;
    std::vector<MemberLife> lives;
    std::vector<Disturbance> disturbances;
    std::vector<Ownership> ownerships;
    std::vector<CommitMark> commits;
    std::vector<HandlerRunMark> runs;
};

[[nodiscard]] Chronicle chronicle(const std::vector<TraceEvent>& trace);

}  // namespace odradek::scenarios
