#include "scenarios/fault.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>
#include <string>

namespace odradek::scenarios {

namespace {

using enum FaultKind;

constexpr std::array rows{
    FaultRow{"crash_member", crash_member, "a process dies; a new one starts after `for`", true},
    FaultRow{"stop_member", stop_member, "a clean stop; a new process starts after `for`", true},
    FaultRow{"join_member", join_member, "a member that is down starts", false},
    FaultRow{"freeze_member", freeze_member, "a process stands still: a zombie afterwards", true},
    FaultRow{"pause_member", pause_member, "the user's pause, then resume", true},
    FaultRow{"cut_link", cut_link, "member and broker cannot reach each other", true},
    FaultRow{"clog_link", clog_link, "messages between member and broker wait", true},
    FaultRow{"break_connections", break_connections, "all connections of a member break", false},
    FaultRow{
        "lose_commit_answer",
        lose_commit_answer,
        "the next commit is stored, its answer lost",
        false},
    FaultRow{
        "swallow_commit_answer",
        swallow_commit_answer,
        "the next commit is stored and never answered",
        false},
    FaultRow{"lose_commit", lose_commit, "the next commit is lost on its way", false},
    FaultRow{
        "delay_commit_answer",
        delay_commit_answer,
        "the answer to the next commit comes `for` later",
        true},
    FaultRow{"refuse_commits", refuse_commits, "the broker refuses commits of the group", true},
    FaultRow{"slow_handlers", slow_handlers, "handlers of a member take `latency`", true},
    FaultRow{"failing_handlers", failing_handlers, "handlers of a member ask for a retry", true},
    FaultRow{"crash_broker", crash_broker, "a broker dies and comes back after `for`", true},
    FaultRow{"freeze_broker", freeze_broker, "a broker stands still", true},
    FaultRow{"move_coordinator", move_coordinator, "another broker keeps the group", false},
    FaultRow{"move_leader", move_leader, "another broker leads the partition", false},
    FaultRow{"add_partitions", add_partitions, "the topic gets `count` more partitions", false},
    FaultRow{"append_marker", append_marker, "an offset without a record", false},
    FaultRow{"append_aborted", append_aborted, "`count` records nobody may see", false},
    FaultRow{"compact", compact, "only the latest record of each key stays", false},
    FaultRow{"delete_records", delete_records, "the oldest `count` offsets go", false},
    FaultRow{"truncate", truncate, "the newest `count` offsets go", false},
    FaultRow{
        "foreign_metadata", foreign_metadata, "another tool writes the group's metadata", false},
};

std::int32_t pick(std::optional<std::int32_t> fixed, std::int32_t count, Random& random) {
    if (fixed) return *fixed;
    if (count <= 0) return -1;
    return static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(count)));
}

}  // namespace

std::span<const FaultRow> fault_rows() {
    return rows;
}

const FaultRow& row_of(FaultKind kind) {
    const auto row = std::ranges::find(rows, kind, &FaultRow::kind);
    expects(row != rows.end());
    return *row;
}

std::vector<PlannedFault> plan_faults(
    const std::vector<Fault>& faults, const FaultTargets& targets, const Random& random
) {
    std::vector<PlannedFault> planned;
    for (std::size_t index = 0; index < faults.size(); ++index) {
        const Fault& fault = faults[index];
        // A stream each, so that leaving one out while shrinking moves no other but its like.
        const auto likes = std::count_if(
            faults.begin(),
            faults.begin() + static_cast<std::ptrdiff_t>(index),
            [&](const Fault& other) { return other.what == fault.what && other.from == fault.from; }
        );
        Random stream = random.split(
            std::string(row_of(fault.what).name) + "#" + std::to_string(fault.from.count()) + "#" +
            std::to_string(likes)
        );
        const auto topic = static_cast<std::size_t>(fault.topic);
        const std::int32_t partitions =
            topic < targets.partitions.size() ? targets.partitions[topic] : 0;
        for (std::uint32_t time = 0; time < fault.times; ++time) {
            planned.push_back(
                {.at = Instant{Duration{stream.between(fault.from.count(), fault.to.count())}},
                 .fault = &fault,
                 .member = pick(fault.member, targets.members, stream),
                 .broker = pick(fault.broker, targets.brokers, stream),
                 .partition = pick(fault.partition, partitions, stream)}
            );
        }
    }
    std::ranges::stable_sort(planned, {}, &PlannedFault::at);
    return planned;
}

}  // namespace odradek::scenarios
