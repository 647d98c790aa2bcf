#pragma once

#include "odradek/clock.h"
#include "odradek/options.h"

#include "engine/core/effect.h"
#include "engine/core/shards/shards.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace odradek {

/// Hands ready records to the executor: as many runs as it may have, each as long as pays.
///
/// A run longer than one saves the way to the owner thread and back for each record of a busy lane.
/// It would only delay others and hold back commits when handlers are slow, so its length is what
/// fits into `run_time` at the handlers' recent speed.
class Dispatch {
public:
    explicit Dispatch(const EngineOptions& options);

    /// Whether batches may wait to be filled.
    enum class Hurry : bool { no, yes };

    /// O(records handed out); with batches, plus the partitions whose batch is not full yet.
    void fill(
        Shards& shards,
        Shards::Gate& gate,
        std::vector<WorkItem>& work,
        Instant now = {},
        Hurry hurry = Hurry::no
    );

    /// When a batch that is not full will have waited long enough.
    [[nodiscard]] std::optional<Instant> next_batch_at() const { return next_batch_at_; }

    /// Learns from a handler that ran for `took`.
    void observe(Duration took);

    /// Learns from a handler that answers later: what follows in its run would come back unstarted.
    void observe_deferred() { observe(16 * run_time); }

    [[nodiscard]] std::uint32_t run_max() const;

private:
    static constexpr Duration run_time = std::chrono::microseconds{200};

    void fill_batches(
        Shards& shards, Shards::Gate& gate, std::vector<WorkItem>& work, Instant now, Hurry hurry
    );

    std::size_t runs_max_;
    std::size_t deferred_max_;
    std::uint32_t run_max_;
    std::size_t batches_max_;
    BatchRule batch_;
    std::optional<Instant> next_batch_at_;
    Duration average_ = run_time;  // moving, over about 16 records; starts cautious
};

}  // namespace odradek
