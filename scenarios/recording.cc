#include "scenarios/recording.h"

#include "scenarios/catalog.h"
#include "scenarios/lanes.h"

#include <algorithm>

namespace odradek::scenarios {

sim::JudgedSettings judged_settings(const Scenario& scenario) {
    // A polled batch is taken whole, so the buffer may be exceeded by the client's largest one.
    constexpr std::size_t largest_batch = 10'000;
    const std::size_t tokens = scenario.handler.deferred ? scenario.engine.deferred.open_max : 0;
    const std::size_t in_flight = std::size_t{scenario.engine.batch_size} *
                                  (scenario.engine.concurrency_max + scenario.engine.queue_ahead);
    return {
        .ordering = scenario.engine.ordering,
        .null_keys = scenario.engine.null_keys,
        .lane_of = lane_of(scenario),
        .offset_map =
            scenario.consumer == "engine" && scenario.engine.commit.offset_map != MapFormat::none,
        .metadata_chars_max = scenario.engine.commit.metadata_chars_max,
        .attempts_max = scenario.engine.retry.attempts_max,
        .then = scenario.engine.retry.then,
        .buffered_max = scenario.engine.buffer.records_max + in_flight + largest_batch + tokens,
        .abandoned_after =
            std::min<Duration>(scenario.engine.revoke_wait_max, CloseOptions{}.limit),
        .progress_within = scenario.progress_within,
        .replayed_max = scenario.replayed_max,
    };
}

Recording::Recording(const Scenario& scenario, const RunRequest& request)
    : request_(request)
    , judge_(judged_settings(scenario), scenario.guarantees) {
    report_.seed = request.seed;
    TraceEvent title;
    title.detail = "scenario " + full_name(scenario) + " seed " + std::to_string(request.seed);
    observe(title);
}

void Recording::observe(const TraceEvent& event) {
    judge_.observe(event);
    last_at_ = event.at;
    if (event.kind == TraceEvent::Kind::produced) ++report_.records;
    if (event.kind == TraceEvent::Kind::probe) report_.probes.insert(event.detail);
    if (request_.keep_trace) report_.trace.push_back(event);
    if (!request_.hash_trace) return;
    line_.clear();
    append_json_line(event, line_);
    hash_.add(line_);
}

RunReport Recording::finish(const RunEnding& ending) {
    last_at_ = std::max(last_at_, ending.at);
    report_.lasted = last_at_ - Instant{};
    report_.handled = judge_.history().finished();
    report_.replayed = judge_.history().replayed();
    Verdict& verdict = report_.verdict;
    verdict.violations = judge_.finish({.reached_end = ending.reached_end, .at = last_at_});
    if (!ending.contracts.empty()) {
        verdict.kind = Verdict::Kind::contract;
        verdict.why = ending.contracts.front();
    } else if (!verdict.violations.empty()) {
        verdict.kind = Verdict::Kind::broken;
    } else if (!ending.at_rest) {
        verdict.kind = Verdict::Kind::stuck;
        verdict.why = ending.pending;
    }
    if (request_.hash_trace) report_.trace_sha256 = hash_.finish();
    return std::move(report_);
}

}  // namespace odradek::scenarios
