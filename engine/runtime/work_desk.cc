#include "engine/runtime/work_desk.h"

#include "odradek/contract.h"

#include <algorithm>
#include <utility>

namespace odradek {

std::optional<WorkItem> WorkDesk::claim(Instant now) {
    std::uint64_t word = range_.load(std::memory_order_acquire);
    for (;;) {
        const Range open = unpack(word);
        if (open.begin == open.end) {
            started_at_.store(not_running, std::memory_order_relaxed);
            return std::nullopt;
        }
        const std::uint64_t claimed = pack({open.begin + 1, open.end});
        if (!range_.compare_exchange_weak(word, claimed, std::memory_order_acquire)) continue;
        started_at_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
        ++claimed_;
        return items_[open.begin];
    }
}

void WorkDesk::claim_rest(std::vector<WorkItem>& batch) {
    const std::lock_guard lock{mutex_};  // nobody takes anything back meanwhile
    Range open = unpack(range_.load(std::memory_order_acquire));
    while (open.begin != open.end && items_[open.begin].continues_run) {
        batch.push_back(items_[open.begin++]);
        ++claimed_;
    }
    range_.store(pack(open), std::memory_order_release);
}

void WorkDesk::finish(const FinishedWork& finished, std::string reason) {
    if (!reason.empty()) {
        const std::lock_guard lock{mutex_};
        reasons_.push_back({finished.work, std::move(reason)});
    }
    const std::size_t at = finished_end_.load(std::memory_order_relaxed);
    finished_[at] = finished;
    finished_end_.store(at + 1, std::memory_order_release);
}

bool WorkDesk::is_exhausted() const {
    const Range open = unpack(range_.load(std::memory_order_acquire));
    return open.begin == open.end;
}

void WorkDesk::open_all() {
    expects(is_exhausted());
    expects(finished_end_.load(std::memory_order_relaxed) == reported_);
    if (finished_.size() < items_.size()) finished_.resize(items_.size());
    finished_end_.store(0, std::memory_order_relaxed);
    reported_ = 0;
    claimed_ = 0;
    upcoming_.clear();
    for (const WorkItem& item : items_) {
        upcoming_.push_back(item.record);
    }
    range_.store(pack({0, static_cast<std::uint32_t>(items_.size())}), std::memory_order_release);
}

bool WorkDesk::settle(Inbox& inbox) {
    const std::lock_guard lock{mutex_};
    report_locked(inbox);
    return is_exhausted();
}

void WorkDesk::report(Inbox& inbox) {
    const std::lock_guard lock{mutex_};
    report_locked(inbox);
}

void WorkDesk::report_locked(Inbox& inbox) {
    const std::size_t end = finished_end_.load(std::memory_order_acquire);
    if (end == reported_) return;
    inbox.post(std::span{finished_}.subspan(reported_, end - reported_), reasons_);
    reported_ = end;
}

WorkDesk::Range WorkDesk::close() {
    return unpack(range_.exchange(0, std::memory_order_acq_rel));
}

// Kept items go to the end of what was open: the worker may still read the item in front of it.
void WorkDesk::reopen(Range closed, std::span<const WorkItem> kept) {
    const auto count = static_cast<std::uint32_t>(kept.size());
    std::ranges::copy(kept, items_.begin() + (closed.end - count));
    range_.store(pack({closed.end - count, closed.end}), std::memory_order_release);
}

void WorkDesk::recall(std::span<const PartitionIndex> partitions, Answers& answers) {
    const std::lock_guard lock{mutex_};
    const Range open = close();
    std::vector<WorkItem> kept;
    for (std::uint32_t at = open.begin; at < open.end; ++at) {
        const WorkItem& item = items_[at];
        if (std::ranges::find(partitions, item.partition.partition) == partitions.end()) {
            kept.push_back(item);
        } else {
            answers.finished.push_back({.work = item.work, .result = WorkResult::unstarted});
        }
    }
    reopen(open, kept);
}

std::size_t WorkDesk::take_open(std::vector<WorkItem>& taken) {
    const std::lock_guard lock{mutex_};
    const Range open = close();
    std::uint32_t at = open.begin;
    while (at < open.end && items_[at].continues_run) {
        ++at;
    }
    taken.insert(taken.end(), items_.begin() + at, items_.begin() + open.end);
    const std::vector<WorkItem> kept(items_.begin() + open.begin, items_.begin() + at);
    reopen(open, kept);
    return open.end - at;
}

bool WorkDesk::runs_longer_than(Duration span, Instant now) const {
    const std::int64_t started = started_at_.load(std::memory_order_relaxed);
    return started != not_running && now.time_since_epoch() - Duration{started} >= span;
}

bool WorkDesk::is_laden() {
    const std::lock_guard lock{mutex_};
    return !is_exhausted() || finished_end_.load(std::memory_order_acquire) != reported_;
}

}  // namespace odradek
