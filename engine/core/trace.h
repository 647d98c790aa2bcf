#pragma once

#include "odradek/clock.h"
#include "odradek/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace odradek {

/// One thing that happened in a world, simulated or real, as evidence for the checkers.
///
/// It comes from outside the engine: from the log that was produced to, from a ledger around the
/// handlers, from the client and from the broker. Written as one line of JSON; the fields that a
/// kind does not use are left out.
struct TraceEvent {
    enum class Kind : unsigned char {
        produced,  ///< record is in the log: partition, offset, key
        polled,    ///< client delivered it: member, partition, offset, epoch
        started,   ///< handler begins: member, partition, offset, epoch, key, attempt, batch
        finished,  ///< handler ended: as started, with detail done|retry|skip|fail
        sent,      ///< output or dead letter sent: partition, offset of its input, detail = topic
        acknowledged,  ///< the broker has that output
        committed,  ///< the broker has stored: member, partition, offset = next to read, detail =
                    ///< map
        commit_failed,  ///< the member was told that a commit failed; it may be stored all the same
        assigned,       ///< partition is the member's: member, partition, epoch
        revoked,        ///< and no longer: member, partition, epoch
        lost,           ///< and was another's before it knew: member, partition, epoch
        paused,
        resumed,
        member_up,    ///< process started: member
        member_down,  ///< process ended: member, detail = closed | crashed
        fault_on,     ///< detail = which
        fault_off,
        metered,  ///< what a member's own meters say at its end: detail = name=value …
        probe,    ///< a rare branch was reached: detail = its name
        note,     ///< free text, judged by nobody
    };

    Instant at{};
    Kind kind = Kind::note;
    std::int32_t member = -1;  ///< number of the consumer process, −1 for none
    std::int32_t topic = -1;   ///< number of the topic in the scenario, −1 for none
    PartitionId partition{-1};
    Offset offset{-1};
    Epoch epoch{0};
    std::uint32_t attempt = 0;
    std::uint32_t batch = 0;  ///< call of the member's batch handler, from 1; 0: a call of its own
    std::string key;          ///< raw key bytes; empty with has_key = false for a null key
    bool has_key = false;
    std::string detail;
};

/// "produced" and so on, as written in the JSON lines.
[[nodiscard]] std::string_view name_of(TraceEvent::Kind kind);

/// The event as one canonical JSON line without the line break: the same event, the same bytes.
[[nodiscard]] std::string to_json_line(const TraceEvent& event);

/// Appends the same to `line`, for writers that keep one buffer.
void append_json_line(const TraceEvent& event, std::string& line);

}  // namespace odradek
