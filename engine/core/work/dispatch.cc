#include "engine/core/work/dispatch.h"

#include <algorithm>

namespace odradek {

Dispatch::Dispatch(const EngineOptions& options)
    : runs_max_(std::size_t{options.concurrency_max} + options.queue_ahead)
    , deferred_max_(std::max<std::size_t>(options.deferred.open_max, options.concurrency_max))
    , run_max_(options.run_max) {}

void Dispatch::fill(Shards& shards, Shards::Gate& gate, std::vector<WorkItem>& work) const {
    const std::uint32_t run = run_max();
    // Each run may end with one more token, and no more than so many may be open.
    const std::size_t open = std::min(shards.deferred(), deferred_max_);
    const std::size_t runs_max = std::min(runs_max_, deferred_max_ - open);
    while (shards.runs_out() < runs_max && shards.take_run(run, gate, work)) {
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
