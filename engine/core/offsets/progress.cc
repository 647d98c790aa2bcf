#include "engine/core/offsets/progress.h"

#include "odradek/contract.h"

#include <algorithm>
#include <utility>

namespace odradek {

Progress::Progress(OffsetMap committed)
    : seen_end_(committed.next_to_read)
    , completed_end_(committed.next_to_read)
    , loaded_(std::move(committed.completed)) {
    expects(seen_end_ != no_offset || loaded_.empty());
}

bool Progress::is_completed_above(Offset offset) {
    while (loaded_at_ < loaded_.size() && loaded_[loaded_at_].end <= offset) {
        ++loaded_at_;
    }
    return loaded_at_ < loaded_.size() && loaded_[loaded_at_].contains(offset);
}

Progress::Admission Progress::admit(Offset offset) {
    expects(offset.value() >= 0);
    if (offset < seen_end_) {
        if (polled_) return Admission::redelivered;
        loaded_.clear();
        loaded_at_ = 0;
        completed_end_ = offset;
    }
    polled_ = true;
    const bool done_before = is_completed_above(offset);
    seen_end_ = next(offset);
    if (done_before) {
        completed_end_ = seen_end_;
        ++version_;
        return Admission::done_before;
    }
    unfinished_.add(offset);
    return Admission::take;
}

bool Progress::finish(Offset offset) {
    if (!unfinished_.remove(offset)) return false;
    completed_end_ = std::max(completed_end_, next(offset));
    ++version_;
    return true;
}

Offset Progress::next_to_read() const {
    if (const auto first = unfinished_.first()) return *first;
    if (loaded_at_ < loaded_.size() && loaded_[loaded_at_].contains(seen_end_)) {
        return loaded_[loaded_at_].end;
    }
    return seen_end_;
}

OffsetMap Progress::snapshot() const {
    OffsetMap map{.next_to_read = next_to_read(), .completed = {}};
    if (map.next_to_read < completed_end_) {
        unfinished_.append_gaps({map.next_to_read, completed_end_}, map.completed);
    }
    for (std::size_t at = loaded_at_; at < loaded_.size(); ++at) {
        const OffsetRange rest{std::max(loaded_[at].begin, seen_end_), loaded_[at].end};
        if (rest.is_empty() || rest.end <= map.next_to_read) continue;
        if (!map.completed.empty() && map.completed.back().end == rest.begin) {
            map.completed.back().end = rest.end;
        } else {
            map.completed.push_back(rest);
        }
    }
    return map;
}

std::vector<OffsetRange> Progress::missing() const {
    std::vector<OffsetRange> missing;
    const Offset from = std::max(completed_end_, next_to_read());
    if (from < seen_end_) unfinished_.append_gaps({from, seen_end_}, missing);
    return missing;
}

void Progress::acknowledge(std::uint64_t version) {
    expects(version <= version_);
    acknowledged_ = std::max(acknowledged_, version);
}

}  // namespace odradek
