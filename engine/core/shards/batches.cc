#include "engine/core/shards/batches.h"

#include "odradek/contract.h"

#include <algorithm>

namespace odradek {

std::uint32_t BatchRule::limit_for(const LiveRecord& record) const {
    if (record.attempt == 0) return size_max;
    const bool is_last_attempt = attempts_max != 0 && record.attempt + 1 >= attempts_max;
    if (is_last_attempt || record.attempt >= 32) return 1;
    return std::max(size_max >> record.attempt, 1U);
}

std::uint32_t Batches::open() {
    if (free_.empty()) {
        sizes_.push_back(0);
        return static_cast<std::uint32_t>(sizes_.size() - 1);
    }
    const std::uint32_t batch = free_.back();
    free_.pop_back();
    return batch;
}

void Batches::join(Slot record, std::uint32_t batch) {
    if (record >= batch_of_.size()) batch_of_.resize(record + 1, none);
    expects(batch_of_[record] == none);
    batch_of_[record] = batch;
    ++sizes_[batch];
}

bool Batches::leave(Slot record) {
    expects(holds(record));
    const std::uint32_t batch = batch_of_[record];
    batch_of_[record] = none;
    if (--sizes_[batch] > 0) return false;
    free_.push_back(batch);
    return true;
}

}  // namespace odradek
