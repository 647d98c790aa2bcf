#include "simulator/checkers/running.h"

namespace odradek::sim {

Running::Run& Running::at(std::int32_t member, std::uint32_t lane) {
    const auto row = static_cast<std::size_t>(member);
    if (row >= runs_.size()) runs_.resize(row + 1);
    if (lane >= runs_[row].size()) runs_[row].resize(lane + 1);
    return runs_[row][lane];
}

std::optional<Running::Run> Running::take(const Observed& seen, std::uint32_t lane) {
    const TraceEvent& event = seen.event;
    if (event.member < 0) return std::nullopt;
    if (event.kind == TraceEvent::Kind::member_down) {
        const auto row = static_cast<std::size_t>(event.member);
        if (row < runs_.size()) runs_[row].clear();
        return std::nullopt;
    }
    if (lane == nowhere || seen.record == nowhere) return std::nullopt;
    if (event.kind == TraceEvent::Kind::started) {
        Run& run = at(event.member, lane);
        const Run before = run;
        const bool joins_batch = event.batch != 0 && event.batch == before.batch &&
                                 before.record < seen.record && before.record != nowhere;
        run = {
            .record = seen.record,
            .number = seen.number,
            .batch = event.batch,
            .count = joins_batch ? before.count + 1 : 1};
        if (before.record != nowhere && !joins_batch) return before;
    } else if (event.kind == TraceEvent::Kind::finished) {
        Run& run = at(event.member, lane);
        if (event.batch != 0 && event.batch == run.batch) {
            if (--run.count == 0) run = {};
        } else if (run.record == seen.record) {
            run = {};
        }
    }
    return std::nullopt;
}

}  // namespace odradek::sim
