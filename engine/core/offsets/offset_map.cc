#include "engine/core/offsets/offset_map.h"

#include "odradek/contract.h"

#include <algorithm>
#include <numeric>

namespace odradek {

bool is_valid(const OffsetMap& map) {
    if (map.next_to_read < Offset{0}) return false;
    Offset below = map.next_to_read;
    for (const OffsetRange& range : map.completed) {
        if (range.begin <= below || range.is_empty()) return false;
        below = range.end;
    }
    return true;
}

OffsetMap make_offset_map(Offset next_to_read, std::vector<OffsetRange> finished) {
    std::ranges::sort(finished);
    OffsetMap map{.next_to_read = next_to_read, .completed = {}};
    for (const OffsetRange& range : finished) {
        if (range.is_empty() || range.end <= map.next_to_read) continue;
        if (range.begin <= map.next_to_read) {
            map.next_to_read = range.end;
        } else if (!map.completed.empty() && range.begin <= map.completed.back().end) {
            map.completed.back().end = std::max(map.completed.back().end, range.end);
        } else {
            map.completed.push_back(range);
        }
    }
    ensures(map.next_to_read < Offset{0} || is_valid(map));
    return map;
}

OffsetMap cut_at(OffsetMap map, Offset end) {
    std::vector<OffsetRange>& ranges = map.completed;
    while (!ranges.empty() && ranges.back().begin >= end) {
        ranges.pop_back();
    }
    if (!ranges.empty()) ranges.back().end = std::min(ranges.back().end, end);
    return map;
}

std::int64_t completed_count(const OffsetMap& map) {
    return std::transform_reduce(
        map.completed.begin(),
        map.completed.end(),
        std::int64_t{0},
        std::plus<>{},
        [](const OffsetRange& range) { return range.size(); }
    );
}

std::vector<OffsetRange> open_ranges(const OffsetMap& map) {
    std::vector<OffsetRange> open;
    Offset from = map.next_to_read;
    for (const OffsetRange& range : map.completed) {
        open.push_back({from, range.begin});
        from = range.end;
    }
    return open;
}

std::vector<RunPair> runs_of(const OffsetMap& map) {
    std::vector<RunPair> runs;
    runs.reserve(map.completed.size());
    Offset from = map.next_to_read;
    for (const OffsetRange& range : map.completed) {
        runs.push_back({.open = distance(from, range.begin), .done = range.size()});
        from = range.end;
    }
    return runs;
}

OffsetMap map_of(Offset next_to_read, const std::vector<RunPair>& runs) {
    OffsetMap map{.next_to_read = next_to_read, .completed = {}};
    map.completed.reserve(runs.size());
    Offset at = next_to_read;
    for (const RunPair& run : runs) {
        const Offset begin = advanced(at, run.open);
        at = advanced(begin, run.done);
        map.completed.push_back({begin, at});
    }
    return map;
}

std::string to_string(const OffsetMap& map) {
    std::string text = "next_to_read " + std::to_string(map.next_to_read.value()) + ", completed ";
    for (const OffsetRange& range : map.completed) {
        if (text.back() != ' ') text += ',';
        text += std::to_string(range.begin.value());
        if (range.size() > 1) text += "-" + std::to_string(range.end.value() - 1);
    }
    if (map.completed.empty()) text += "nothing";
    return text;
}

}  // namespace odradek
