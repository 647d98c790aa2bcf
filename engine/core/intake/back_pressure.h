#pragma once

#include "odradek/options.h"

#include "engine/core/assignment.h"
#include "engine/core/effect.h"
#include "engine/core/intake/load_factor.h"
#include "engine/core/shards/shards.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace odradek {

/// How much is read, and from which partitions (PC-19, TP-7).
///
/// Too much in all: nothing is read for a while, which costs nothing. Too much of one partition,
/// for longer than `pause_after`: that partition is paused, so that the others can go on.
class BackPressure {
public:
    explicit BackPressure(const EngineOptions& options);

    /// Records that still fit in.
    [[nodiscard]] std::size_t budget(const Shards& shards) const;

    /// Pauses and resumes partitions as their load demands. O(1) while nothing is over or paused.
    void adjust(Assignment& assignment, const Shards& shards, Instant now, Effects& effects);

    /// Records that may wait now.
    [[nodiscard]] std::size_t records_max() const;

    /// Of a self-tuning buffer; 0 for a fixed one.
    [[nodiscard]] double load_factor() const;

    /// Looks at every partition from now on, until none needs it.
    void watch() { is_watching_ = true; }

    /// When a partition that is over its limit has been so for long enough.
    [[nodiscard]] std::optional<Instant> next_deadline() const { return next_deadline_; }

private:
    BufferOptions options_;
    std::optional<LoadFactor> factor_;  // of a self-tuning buffer
    bool is_watching_ = false;  // some partition was over its limit or paused at the last look
    std::optional<Instant> next_deadline_;
};

}  // namespace odradek
