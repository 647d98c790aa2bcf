#include "engine/core/work/dispatch.h"

#include <algorithm>

namespace odradek {

namespace {

/// Batches handed over beyond those that run: one more would be cut before it could fill.
constexpr std::uint32_t batches_ahead = 1;

}  // namespace

Dispatch::Dispatch(const EngineOptions& options)
    : runs_max_(std::size_t{options.concurrency_max} + options.queue_ahead)
    , deferred_max_(std::max<std::size_t>(options.deferred.open_max, options.concurrency_max))
    , run_max_(options.run_max)
    , batches_max_(
          std::size_t{options.concurrency_max} + std::min(options.queue_ahead, batches_ahead)
      )
    , batch_{
          .size_max = options.batch_size,
          .latency = options.batch_latency,
          .attempts_max = options.retry.attempts_max} {}

void Dispatch::fill(
    Shards& shards, Shards::Gate& gate, std::vector<WorkItem>& work, Instant now, Hurry hurry
) {
    if (batch_.size_max > 1) return fill_batches(shards, gate, work, now, hurry);
    const std::uint32_t run = run_max();
    // Each run may end with one more token, and no more than so many may be open.
    const std::size_t open = std::min(shards.deferred(), deferred_max_);
    const std::size_t runs_max = std::min(runs_max_, deferred_max_ - open);
    while (shards.runs_out() < runs_max && shards.take_run(run, gate, work)) {
    }
}

void Dispatch::fill_batches(
    Shards& shards, Shards::Gate& gate, std::vector<WorkItem>& work, Instant now, Hurry hurry
) {
    next_batch_at_.reset();
    std::size_t passed = 0;
    while (shards.runs_out() < batches_max_ && passed < shards.turns()) {
        const Instant due = hurry == Hurry::yes ? now : shards.batch_due(batch_);
        if (due <= now) {
            shards.take_batch(batch_, gate, work);
            passed = 0;
        } else {
            next_batch_at_ = std::min(next_batch_at_.value_or(due), due);
            shards.pass_turn();
            ++passed;
        }
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
