#pragma once

#include "odradek/clock.h"

#include "engine/base/random.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace odradek::scenarios {

/// What can break. The names in files are those of fault_rows().
enum class FaultKind : unsigned char {
    crash_member,
    stop_member,
    join_member,
    freeze_member,
    pause_member,
    cut_link,
    clog_link,
    break_connections,
    lose_commit_answer,
    swallow_commit_answer,
    lose_commit,
    delay_commit_answer,
    refuse_commits,
    slow_handlers,
    failing_handlers,
    crash_broker,
    freeze_broker,
    move_coordinator,
    move_leader,
    add_partitions,
    append_marker,
    append_aborted,
    compact,
    delete_records,
    truncate,
    foreign_metadata,
};

/// What a kind of fault does and whom it needs.
struct FaultRow {
    std::string_view name;
    FaultKind kind;
    std::string_view what;
    bool lasts;  ///< takes `for`
};

[[nodiscard]] std::span<const FaultRow> fault_rows();
[[nodiscard]] const FaultRow& row_of(FaultKind kind);

/// One thing that breaks, at a time or at a random one, once or several times.
struct Fault {
    FaultKind what = FaultKind::crash_member;
    Duration from{};  ///< earliest start; the start itself when `to` is equal
    Duration to{};    ///< latest start
    Duration lasts = std::chrono::seconds{1};
    std::uint32_t times = 1;  ///< each draws its own time and target

    /// Number of the member, broker or partition that is hit; empty: a random one each time.
    std::optional<std::int32_t> member;
    std::optional<std::int32_t> broker;
    std::optional<std::int32_t> partition;

    std::int32_t topic = 0;
    std::uint32_t count = 1;                ///< partitions to add, records to abort, offsets to cut
    Ratio failures{.part = 1, .whole = 1};  ///< of failing_handlers: chance of retry
    Duration latency = std::chrono::seconds{1};  ///< of slow_handlers

    friend bool operator==(const Fault&, const Fault&) = default;
};

/// A fault with its time and target drawn.
struct PlannedFault {
    Instant at{};
    const Fault* fault = nullptr;
    std::int32_t member = -1;
    std::int32_t broker = -1;
    std::int32_t partition = -1;
};

/// How many of each there are to be hit.
struct FaultTargets {
    std::int32_t members = 1;
    std::int32_t brokers = 1;
    std::vector<std::int32_t> partitions;  ///< of each topic
};

/// All faults by time, drawn from `random` alone. `faults` outlives the result.
[[nodiscard]] std::vector<PlannedFault> plan_faults(
    const std::vector<Fault>& faults, const FaultTargets& targets, const Random& random
);

}  // namespace odradek::scenarios
