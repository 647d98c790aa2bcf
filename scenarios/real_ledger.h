#pragma once

#include "odradek/clock.h"

#include "engine/core/trace.h"
#include "scenarios/member_ledger.h"
#include "simulator/kernel/trace_sink.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace odradek::scenarios {

/// What happened on a real cluster: what the run produced and broke, what the processes of the
/// group wrote down, and what the broker stored, put into one order. One thread.
///
/// Times are this machine's steady clock, the same in all processes. A record's production is dated
/// before it is sent and a handler's end before its outcome goes back to the engine, so that what
/// follows from an event is always dated after it.
class RealLedger {
public:
    using Place =
        std::tuple<std::int32_t, std::int32_t, std::int64_t>;  ///< topic, partition, offset
    using Partition = std::pair<std::int32_t, std::int32_t>;

    explicit RealLedger(Instant start) : start_(start) {}

    /// Something that the run itself did, now.
    void write(TraceEvent event);

    /// Something that a member wrote down. Notes of member_notes are taken, not kept.
    void take(LedgerEntry entry);

    /// Reserves the place of a produced record; produced() or not_produced() fills it.
    std::uint64_t producing(TraceEvent event);
    void produced(std::uint64_t place, PartitionId partition, Offset offset);
    void not_produced(std::uint64_t place);

    /// The broker has this offset for the partition, whoever was told so.
    void stored(const Partition& partition, Offset next_to_read);

    [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }

    /// Every produced record is over.
    [[nodiscard]] bool is_finished() const { return unanswered_ == 0 && unfinished_.empty(); }

    /// And the broker has stored that of each partition.
    [[nodiscard]] bool is_at_rest() const;

    /// What is open, in words.
    [[nodiscard]] std::string pending() const;

    /// What the broker's log has of the group's commits, dated by start(); see merge_commits().
    void use_stored_commits(std::vector<TraceEvent> commits);

    [[nodiscard]] Instant start() const { return start_; }

    /// Gives everything to `sink` in order, with the keys of the records.
    ///
    /// Returns a sentence for each record that a handler was given with another key than it has.
    [[nodiscard]] std::vector<std::string> give(sim::TraceSink& sink);

private:
    struct Written {
        TraceEvent event;
        std::uint32_t key_hash = 0;
        bool counts = true;
    };

    void note_end(const Place& record);
    void add(TraceEvent event, std::uint32_t key_hash, bool counts);
    void fill_key(Written& written, std::vector<std::string>& mistakes) const;

    Instant start_;
    std::vector<Written> events_;
    std::map<Place, std::uint64_t> produced_at_;      // index of its event
    std::set<Place> unfinished_;                      // produced, no handler has finished it
    std::set<Place> finished_early_;                  // finished before the producer was told
    std::map<Partition, std::int64_t> ends_;          // one past the highest produced
    std::map<Partition, std::int64_t> next_to_read_;  // latest known to be stored
    std::uint64_t unanswered_ = 0;                    // records the producer has not been told of
};

}  // namespace odradek::scenarios
