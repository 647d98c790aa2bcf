#pragma once

#include "odradek/clock.h"

#include <cstddef>
#include <cstdint>

namespace odradek {

/// Finds how many records should wait for each handler that may run (PC-19).
///
/// It is looked at in windows of `window`. Handlers idled although the buffer was full at some
/// time: the next read came too late, or what waits is of busy lanes only, so the buffer grows by
/// half. Nobody idled and half of the buffer was never needed: it shrinks by an eighth.
class LoadFactor {
public:
    static constexpr Duration window = std::chrono::milliseconds{100};

    /// 1 ≤ initial ≤ max; `concurrency` ≥ 1.
    LoadFactor(std::uint32_t concurrency, std::uint32_t initial, std::uint32_t max);

    /// `waiting` records are in the buffer, `running` runs with the executor. O(1).
    void observe(std::size_t waiting, std::size_t running, Instant now);

    /// Records that may wait: concurrency × factor().
    [[nodiscard]] std::size_t records_max() const { return records_; }

    /// initial … max.
    [[nodiscard]] double factor() const;

private:
    void end_window(Instant now);

    std::size_t concurrency_;
    std::size_t least_records_;
    std::size_t most_records_;
    std::size_t records_;
    Instant window_ends_at_{};
    bool was_full_ = false;
    bool was_idle_ = false;
    std::size_t least_waiting_ = SIZE_MAX;
};

}  // namespace odradek
