#include "engine/core/offsets/map_size.h"

#include "odradek/contract.h"

#include "engine/core/offsets/confluent_format.h"
#include "engine/core/offsets/odradek_format.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace odradek {

namespace {

constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t short_run_max = 0x7FFF;

bool is_representable(const MapOutlook& outlook) {
    return outlook.now.pairs + outlook.records <= map_ranges_max &&
           outlook.covered <= map_offsets_max;
}

}  // namespace

MapSize::MapSize(const OffsetMap& inherited, const EncodeOptions& options)
    : options_(options)
    , base_(inherited.next_to_read.value())
    , started_end_(inherited.next_to_read.value()) {
    expects(is_valid(inherited));
    std::int64_t from = base_;
    for (const OffsetRange& range : inherited.completed) {
        const std::int64_t begin = range.begin.value();
        completed_.emplace_hint(completed_.end(), begin, range.end.value());
        add_run(open_classes_, begin - from);
        add_run(done_classes_, range.size());
        counts_.open += begin - from;
        counts_.done += range.size();
        ++counts_.pairs;
        from = range.end.value();
        started_end_ = from;
    }
}

bool MapSize::is_completed(Offset offset) const {
    if (offset.value() < base_) return true;
    const auto after = completed_.upper_bound(offset.value());
    return after != completed_.begin() && std::prev(after)->second > offset.value();
}

OffsetMap MapSize::snapshot() const {
    OffsetMap map{.next_to_read = Offset{base_}, .completed = {}};
    map.completed.reserve(completed_.size());
    for (const auto& [begin, end] : completed_) {
        map.completed.push_back({Offset{begin}, Offset{end}});
    }
    return map;
}

bool MapSize::may_start(Offset offset) const {
    if (offset.value() <= base_ || options_.format == MapFormat::none) return true;
    MapOutlook next = outlook();
    ++next.records;
    next.offsets += offset.value() + 1 - missing_begin_below(offset.value());
    next.covered = std::max(next.covered, offset.value() + 1 - base_);
    return fits(next);
}

/// Begin of the missing offsets that end at `record`; `record` where there are none.
std::int64_t MapSize::missing_begin_below(std::int64_t record) const {
    if (missing_.empty()) return record;
    const auto above = missing_.lower_bound(record);
    if (above == missing_.begin() || std::prev(above)->second != record) return record;
    std::int64_t begin = std::max(std::prev(above)->first, base_);
    // A map from elsewhere may count some of them as done already.
    const auto done_above = completed_.lower_bound(record);
    if (done_above != completed_.begin()) begin = std::max(begin, std::prev(done_above)->second);
    return begin;
}

void MapSize::start(Offset offset) {
    expects(offset.value() >= base_ && !is_completed(offset));
    ++started_;
    ++pending_offsets_;
    started_end_ = std::max(started_end_, offset.value() + 1);
    const std::int64_t begin = missing_begin_below(offset.value());
    if (begin == offset.value()) return;
    attached_.emplace(offset.value(), begin);
    pending_offsets_ += offset.value() - begin;
    missing_.erase(std::prev(missing_.lower_bound(offset.value())));
}

void MapSize::finish(Offset offset) {
    expects(started_ > 0 && !is_completed(offset) && offset.value() < started_end_);
    --started_;
    --pending_offsets_;
    std::int64_t begin = offset.value();
    if (const auto gap = attached_.find(begin); gap != attached_.end()) {
        pending_offsets_ -= offset.value() - gap->second;
        begin = std::max(gap->second, base_);
        attached_.erase(gap);
    }
    if (begin == base_) {
        move_base(offset.value() + 1);
        settle_base();
    } else {
        complete(begin, offset.value() + 1);
    }
}

void MapSize::mark_missing(OffsetRange range) {
    const std::int64_t begin = std::max(range.begin.value(), base_);
    if (begin >= range.end.value()) return;
    missing_.insert_or_assign(begin, range.end.value());
    settle_base();
}

/// Moves on over missing offsets, those below a started record included.
void MapSize::settle_base() {
    while (true) {
        std::int64_t end = base_;
        if (!missing_.empty() && missing_.begin()->first <= base_) {
            end = missing_.begin()->second;
            missing_.erase(missing_.begin());
        } else if (!attached_.empty() && attached_.begin()->second <= base_) {
            end = attached_.begin()->first;
            pending_offsets_ -= end - attached_.begin()->second;
            attached_.erase(attached_.begin());
        } else {
            return;
        }
        if (end > base_) move_base(end);
    }
}

void MapSize::advance(Offset offset, std::int64_t started_below) {
    expects(started_below >= 0 && started_below <= started_);
    if (offset.value() <= base_) return;
    started_ -= started_below;
    pending_offsets_ -= started_below;
    while (!attached_.empty() && attached_.begin()->first < offset.value()) {
        pending_offsets_ -= attached_.begin()->first - attached_.begin()->second;
        attached_.erase(attached_.begin());
    }
    move_base(offset.value());
    settle_base();
}

/// Everything below `end` is done now, or forgotten.
void MapSize::move_base(std::int64_t end) {
    std::int64_t from = base_;
    base_ = end;
    while (!completed_.empty() && completed_.begin()->first <= base_) {
        const auto [begin, range_end] = *completed_.begin();
        remove_run(open_classes_, begin - from);
        remove_run(done_classes_, range_end - begin);
        counts_.open -= begin - from;
        counts_.done -= range_end - begin;
        --counts_.pairs;
        from = range_end;
        base_ = std::max(base_, range_end);
        completed_.erase(completed_.begin());
    }
    if (!completed_.empty() && base_ > from) {
        const std::int64_t first = completed_.begin()->first;
        remove_run(open_classes_, first - from);
        add_run(open_classes_, first - base_);
        counts_.open -= base_ - from;
    }
    started_end_ = std::max(started_end_, base_);
}

/// [begin, end) above base_ is done now; it was open.
void MapSize::complete(std::int64_t begin, std::int64_t end) {
    const auto above = completed_.lower_bound(begin);
    const bool has_above = above != completed_.end();
    const bool has_below = above != completed_.begin();
    const std::int64_t open_begin = has_below ? std::prev(above)->second : base_;
    const std::int64_t open_end = has_above ? above->first : end;
    expects(open_begin <= begin && end <= open_end);
    std::int64_t done_begin = begin;
    std::int64_t done_end = end;
    if (has_above) remove_run(open_classes_, open_end - open_begin);
    if (begin > open_begin) add_run(open_classes_, begin - open_begin);
    if (open_end > end) add_run(open_classes_, open_end - end);
    if (has_above && open_end == end) {
        done_end = above->second;
        remove_run(done_classes_, done_end - end);
        completed_.erase(above);
        --counts_.pairs;
    }
    if (has_below && open_begin == begin) {
        const auto below = std::prev(completed_.lower_bound(begin));
        done_begin = below->first;
        remove_run(done_classes_, begin - done_begin);
        completed_.erase(below);
        --counts_.pairs;
    }
    completed_.emplace(done_begin, done_end);
    add_run(done_classes_, done_end - done_begin);
    ++counts_.pairs;
    counts_.done += end - begin;
    counts_.open += has_above ? begin - end : begin - open_begin;
}

void MapSize::add_run(ClassCounts& classes, std::int64_t length) {
    if (length > short_run_max) ++long_runs_;
    classes.add(std::min(length, map_offsets_max));
}

void MapSize::remove_run(ClassCounts& classes, std::int64_t length) {
    if (length > short_run_max) --long_runs_;
    classes.remove(std::min(length, map_offsets_max));
}

std::int64_t MapSize::units_of_body(std::int64_t bytes) const {
    return odradek_units(bytes, options_.fingerprint.has_value());
}

std::int64_t MapSize::units() const {
    if (options_.format == MapFormat::none) return 0;
    if (counts_.pairs == 0) {
        const bool says_nothing = options_.format == MapFormat::confluent || !options_.fingerprint;
        return says_nothing ? 0 : units_of_body(0);
    }
    if (options_.format == MapFormat::confluent) {
        const std::int64_t offsets = counts_.open + counts_.done;
        return confluent_units({.offsets = offsets,
                                .pairs = counts_.pairs,
                                .longest_run = long_runs_ > 0 ? offsets : short_run_max})
            .value_or(endless);
    }
    if (counts_.pairs > map_ranges_max || counts_.open + counts_.done > map_offsets_max) {
        return endless;
    }
    return units_of_body(
        std::min(entropy_bytes_max(counts_), class_bytes_max(open_classes_, done_classes_))
    );
}

MapOutlook MapSize::outlook() const {
    return {
        .now = counts_,
        .class_bits = 0,
        .records = started_,
        .offsets = pending_offsets_,
        .covered = started_end_ - base_};
}

std::int64_t MapSize::units_worst() const {
    MapOutlook all = outlook();
    if (options_.format == MapFormat::none || all.covered <= 1) return units();
    if (options_.format == MapFormat::confluent) return worst_confluent_units(all);
    if (!is_representable(all)) return endless;
    all.class_bits = open_classes_.bits() + done_classes_.bits();
    return units_of_body(std::min(worst_entropy_bytes(all), worst_class_bytes(all)));
}

bool MapSize::fits(MapOutlook outlook) const {
    if (options_.format == MapFormat::confluent) {
        return worst_confluent_units(outlook) <= options_.units_max;
    }
    if (!is_representable(outlook)) return false;
    const std::int64_t bytes_max =
        odradek_body_bytes_max(options_.units_max, options_.fingerprint.has_value());
    // The first bound takes one evaluation and settles nearly every question.
    if (rough_entropy_bytes(outlook) <= bytes_max) return true;
    if (worst_entropy_bytes(outlook) <= bytes_max) return true;
    outlook.class_bits = open_classes_.bits() + done_classes_.bits();
    return worst_class_bytes(outlook) <= bytes_max;
}

OffsetMap cut_to_fit(const OffsetMap& map, const EncodeOptions& options) {
    const auto first_ranges = [&](std::size_t count) {
        OffsetMap cut = map;
        cut.completed.resize(count);
        return cut;
    };
    const auto fits = [&](std::size_t count) {
        return MapSize{first_ranges(count), options}.units_worst() <= options.units_max;
    };
    if (map.completed.empty() || options.format == MapFormat::none) return map;
    if (fits(map.completed.size())) return map;
    std::size_t kept = 0;
    std::size_t too_many = map.completed.size();
    while (kept + 1 < too_many) {
        const std::size_t middle = kept + (too_many - kept) / 2;
        (fits(middle) ? kept : too_many) = middle;
    }
    return first_ranges(kept);
}

}  // namespace odradek
