#include "simulator/checkers/judge.h"

#include "odradek/contract.h"

#include "simulator/checkers/at_least_once.h"
#include "simulator/checkers/buffer_is_bounded.h"
#include "simulator/checkers/commit_never_goes_back.h"
#include "simulator/checkers/commit_never_passes_unfinished.h"
#include "simulator/checkers/commits_keep_up.h"
#include "simulator/checkers/every_key_progresses.h"
#include "simulator/checkers/key_order.h"
#include "simulator/checkers/metadata_fits.h"
#include "simulator/checkers/meters_agree_with_trace.h"
#include "simulator/checkers/nothing_replayed_after_clean_stop.h"
#include "simulator/checkers/old_epochs_are_silent.h"
#include "simulator/checkers/one_in_flight_per_key.h"
#include "simulator/checkers/partition_order.h"
#include "simulator/checkers/replay_is_bounded.h"

#include <algorithm>
#include <array>

namespace odradek::sim {

namespace {

constexpr std::array rows{
    GuaranteeRow{"at_least_once", "every record is finished by somebody", &make_at_least_once},
    GuaranteeRow{
        "buffer_is_bounded",
        "a member holds no more records than its limit",
        &make_buffer_is_bounded},
    GuaranteeRow{
        "commit_never_goes_back",
        "the stored offset of a partition never falls",
        &make_commit_never_goes_back},
    GuaranteeRow{
        "commit_never_passes_unfinished",
        "a commit covers only finished records",
        &make_commit_never_passes_unfinished},
    GuaranteeRow{
        "commits_keep_up",
        "finished records are committed in time while nothing is broken",
        &make_commits_keep_up},
    GuaranteeRow{
        "every_key_progresses",
        "no runnable record waits too long while nothing is broken",
        &make_every_key_progresses},
    GuaranteeRow{
        "key_order",
        "equal keys, or the records of a lane, finish in the order of their offsets",
        &make_key_order},
    GuaranteeRow{
        "metadata_fits", "commit metadata stays within the broker's limit", &make_metadata_fits},
    GuaranteeRow{
        "meters_agree_with_trace",
        "a member's own meters say what the trace says of it",
        &make_meters_agree_with_trace},
    GuaranteeRow{
        "nothing_replayed_after_clean_stop",
        "nothing runs again that a stored commit covers or a clean stop left finished",
        &make_nothing_replayed_after_clean_stop},
    GuaranteeRow{
        "old_epochs_are_silent",
        "who gave a partition up neither starts nor commits its records",
        &make_old_epochs_are_silent},
    GuaranteeRow{
        "one_in_flight_per_key",
        "a process never runs two records of a key at once",
        &make_one_in_flight_per_key},
    GuaranteeRow{
        "partition_order",
        "a partition runs one record at a time, in order",
        &make_partition_order},
    GuaranteeRow{
        "replay_is_bounded",
        "finished records run again no more often than `replayed_max` says",
        &make_replay_is_bounded},
};

}  // namespace

std::span<const GuaranteeRow> guarantee_rows() {
    return rows;
}

std::vector<std::string> usual_guarantees(Ordering ordering) {
    std::vector<std::string> names{
        "at_least_once",
        "commit_never_passes_unfinished",
        "commit_never_goes_back",
        "nothing_replayed_after_clean_stop",
        "old_epochs_are_silent",
        "metadata_fits",
        "buffer_is_bounded",
        "every_key_progresses",
        "commits_keep_up",
        "meters_agree_with_trace",
    };
    if (ordering != Ordering::unordered) {
        names.emplace_back("key_order");
        names.emplace_back("one_in_flight_per_key");
    }
    if (ordering == Ordering::partition) names.emplace_back("partition_order");
    return names;
}

Judge::Judge(const JudgedSettings& settings, std::span<const std::string> guarantees)
    : history_(settings) {
    for (const std::string& name : guarantees) {
        const auto row = std::ranges::find(rows, name, &GuaranteeRow::name);
        expects(row != rows.end());
        seats_.push_back({.checker = row->make(), .found = Violations{row->name}});
    }
}

void Judge::observe(const TraceEvent& event) {
    const Observed seen = history_.take(event);
    for (Seat& seat : seats_) {
        seat.checker->observe(seen, history_, seat.found);
    }
}

std::vector<Violation> Judge::finish(const Ending& ending) {
    std::vector<Violation> all;
    for (Seat& seat : seats_) {
        seat.checker->finish(ending, history_, seat.found);
        all.insert(all.end(), seat.found.kept().begin(), seat.found.kept().end());
    }
    return all;
}

}  // namespace odradek::sim
