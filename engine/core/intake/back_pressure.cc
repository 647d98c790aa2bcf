#include "engine/core/intake/back_pressure.h"

#include <algorithm>
#include <utility>

namespace odradek {

BackPressure::BackPressure(const EngineOptions& options) : options_(options.buffer) {
    if (options_.size != BufferSize::self_tuning) return;
    factor_.emplace(
        options.concurrency_max, options_.load_factor_initial, options_.load_factor_max
    );
}

std::size_t BackPressure::records_max() const {
    return factor_ ? std::min(factor_->records_max(), options_.records_max) : options_.records_max;
}

double BackPressure::load_factor() const {
    return factor_ ? factor_->factor() : 0;
}

std::size_t BackPressure::budget(const Shards& shards) const {
    if (shards.bytes() >= options_.bytes_max) return 0;
    const std::size_t limit = records_max();
    return limit - std::min(limit, shards.waiting());
}

void BackPressure::adjust(
    Assignment& assignment, const Shards& shards, Instant now, Effects& effects
) {
    if (factor_) factor_->observe(shards.waiting(), shards.runs_out(), now);
    const std::size_t limit = options_.partition_records_max;
    if (!is_watching_ && shards.waiting() <= limit) return;
    is_watching_ = false;
    next_deadline_.reset();
    std::vector<PartitionIndex> to_pause;
    std::vector<PartitionIndex> to_resume;
    for (const PartitionIndex partition : assignment.owned()) {
        OwnedPartition& owned = *assignment.find(partition);
        if (owned.phase != OwnedPartition::Phase::reading) continue;
        const std::size_t waiting = shards.waiting(partition);
        const bool has_room = owned.room.has_room_to_read();
        if (owned.is_paused) {
            if (waiting <= limit / 2 && has_room) {
                owned.is_paused = false;
                to_resume.push_back(partition);
            }
        } else if (waiting <= limit && has_room) {
            owned.over_limit_since.reset();
        } else {
            if (!owned.over_limit_since) owned.over_limit_since = now;
            const Instant pause_at = *owned.over_limit_since + options_.pause_after;
            if (pause_at <= now) {
                owned.is_paused = true;
                owned.over_limit_since.reset();
                to_pause.push_back(partition);
            } else {
                next_deadline_ = std::min(next_deadline_.value_or(pause_at), pause_at);
            }
        }
        is_watching_ = is_watching_ || owned.is_paused || owned.over_limit_since.has_value() ||
                       !owned.room.needs_tracker();
    }
    if (!to_pause.empty()) effects.others.emplace_back(PausePartitions{std::move(to_pause)});
    if (!to_resume.empty()) effects.others.emplace_back(ResumePartitions{std::move(to_resume)});
}

}  // namespace odradek
