#include "engine/core/intake/load_factor.h"

#include "odradek/contract.h"

#include <algorithm>

namespace odradek {

LoadFactor::LoadFactor(std::uint32_t concurrency, std::uint32_t initial, std::uint32_t max)
    : concurrency_(concurrency)
    , least_records_(std::size_t{concurrency} * initial)
    , most_records_(std::size_t{concurrency} * max)
    , records_(least_records_) {
    expects(concurrency >= 1);
    expects(initial >= 1 && initial <= max);
}

double LoadFactor::factor() const {
    return static_cast<double>(records_) / static_cast<double>(concurrency_);
}

void LoadFactor::observe(std::size_t waiting, std::size_t running, Instant now) {
    was_full_ = was_full_ || waiting >= records_;
    was_idle_ = was_idle_ || running < concurrency_;
    least_waiting_ = std::min(least_waiting_, waiting);
    if (now >= window_ends_at_) end_window(now);
}

void LoadFactor::end_window(Instant now) {
    if (was_full_ && was_idle_) {
        records_ = std::min(most_records_, records_ + std::max<std::size_t>(records_ / 2, 1));
    } else if (!was_idle_ && least_waiting_ >= records_ / 2) {
        const std::size_t less = std::max<std::size_t>(records_ / 8, 1);
        records_ = std::max(least_records_, records_ - less);
    }
    window_ends_at_ = now + window;
    was_full_ = false;
    was_idle_ = false;
    least_waiting_ = SIZE_MAX;
}

}  // namespace odradek
