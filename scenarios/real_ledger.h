#pragma once

#include "odradek/clock.h"

#include "engine/core/trace.h"
#include "simulator/kernel/trace_sink.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace odradek::scenarios {

/// What happened on a real cluster, from many threads, in one order.
///
/// A handler's end is written before its outcome goes back to the engine, and a record's production
/// before it is sent, so that what follows from an event always stands behind it.
class RealLedger {
public:
    using Place =
        std::tuple<std::int32_t, std::int32_t, std::int64_t>;  ///< topic, partition, offset

    explicit RealLedger(Instant start) : start_(start) {}

    void write(TraceEvent event);

    /// Reserves the place of a produced record; produced() or not_produced() fills it.
    std::uint64_t producing(TraceEvent event);
    void produced(std::uint64_t place, PartitionId partition, Offset offset);
    void not_produced(std::uint64_t place);

    /// A record is over though no handler finished it: the engine gave it up, as its policy says.
    void given_up(const Place& record);

    /// Every produced record has been finished, and the broker has stored that of each partition.
    [[nodiscard]] bool is_at_rest() const;

    /// What is open, in words.
    [[nodiscard]] std::string pending() const;

    /// Gives everything to `sink` in order. Nothing may be written any more.
    void give(sim::TraceSink& sink) const;

private:
    using Partition = std::pair<std::int32_t, std::int32_t>;

    struct Written {
        TraceEvent event;
        bool counts = true;
    };

    void note_end(const Place& record);

    Instant start_;
    mutable std::mutex mutex_;
    std::vector<Written> events_;                     // under mutex_, from here on
    std::set<Place> unfinished_;                      // produced, no handler has finished it
    std::set<Place> finished_early_;                  // finished before the producer was told
    std::map<Partition, std::int64_t> ends_;          // one past the highest produced
    std::map<Partition, std::int64_t> next_to_read_;  // latest acknowledged
    std::uint64_t unanswered_ = 0;                    // records the producer has not been told of
};

}  // namespace odradek::scenarios
