#include "engine/core/work/dispatch.h"

#include <algorithm>

namespace odradek {

Dispatch::Dispatch(const EngineOptions& options)
    : runs_max_(std::size_t{options.concurrency_max} + options.queue_ahead)
    , run_max_(options.run_max) {}

void Dispatch::fill(Shards& shards, Shards::Gate& gate, std::vector<WorkItem>& work) const {
    const std::uint32_t run = run_max();
    while (shards.runs_out() < runs_max_ && shards.take_run(run, gate, work)) {
    }
}

void Dispatch::observe(Duration took) {
    // One handler that hung for an hour must not hold the runs short for the next hour.
    average_ += (std::min(took, 16 * run_time) - average_) / 16;
}

std::uint32_t Dispatch::run_max() const {
    const auto fitting = run_time / std::max(average_, Duration{1});
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(fitting, 1, run_max_));
}

}  // namespace odradek
