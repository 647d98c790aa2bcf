#include "engine/core/completion/retry_queue.h"

#include <algorithm>
#include <tuple>

namespace odradek {

bool RetryQueue::is_later(const Entry& one, const Entry& other) {
    return std::tie(one.due_at, one.order) > std::tie(other.due_at, other.order);
}

void RetryQueue::add(WorkId work, Instant due_at) {
    entries_.push_back({due_at, added_++, work});
    std::ranges::push_heap(entries_, is_later);
}

std::optional<WorkId> RetryQueue::take_due(Instant now) {
    if (entries_.empty() || entries_.front().due_at > now) return std::nullopt;
    std::ranges::pop_heap(entries_, is_later);
    const WorkId work = entries_.back().work;
    entries_.pop_back();
    return work;
}

std::optional<Instant> RetryQueue::next_due() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.front().due_at;
}

void RetryQueue::restore_heap() {
    std::ranges::make_heap(entries_, is_later);
}

}  // namespace odradek
