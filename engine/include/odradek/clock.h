#pragma once

#include <chrono>
#include <cstdint>

namespace odradek {

/// Length of time, in nanoseconds.
using Duration = std::chrono::nanoseconds;

/// The engine's time line: monotonic, starting anywhere, without a now(). Whoever drives the engine
/// passes the time in, so that the simulator can pass its own.
struct EngineClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<EngineClock>;
    static constexpr bool is_steady = true;
};

/// A moment on the engine's time line. Not a date: see Timestamp.
using Instant = EngineClock::time_point;

/// Wall clock of a record, milliseconds since 1970 as Kafka stores it; −1 when there is none.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace odradek
