#include "reports/offset_map_size.h"

#include "engine/base/random.h"

#include <cmath>
#include <utility>

namespace odradek {

namespace {

constexpr std::uint64_t seed = 5;

OffsetMap map_of_bits(std::vector<bool> is_done) {
    is_done.front() = false;
    is_done.back() = true;
    std::vector<OffsetRange> ranges;
    for (std::size_t at = 0; at < is_done.size(); ++at) {
        if (!is_done[at]) continue;
        const std::size_t begin = at;
        while (at < is_done.size() && is_done[at]) {
            ++at;
        }
        ranges.push_back(
            {Offset{static_cast<std::int64_t>(begin)}, Offset{static_cast<std::int64_t>(at)}}
        );
    }
    return {.next_to_read = Offset{0}, .completed = ranges};
}

std::vector<bool> bits(std::int64_t offsets, bool is_done) {
    return std::vector<bool>(static_cast<std::size_t>(offsets), is_done);
}

/// Exactly the share, so that the bound of the source is the bound of this map.
OffsetMap random_map(std::int64_t offsets, Ratio open) {
    Random random{seed};
    std::vector<bool> is_done = bits(offsets, true);
    std::uint64_t left = is_done.size();
    std::uint64_t open_left = left * open.part / open.whole;
    for (std::size_t at = 0; at < is_done.size(); ++at, --left) {
        const bool is_open = random.below(left) < open_left;
        is_done[at] = !is_open;
        open_left -= is_open ? 1 : 0;
    }
    return map_of_bits(std::move(is_done));
}

/// Stretches of 1 … 200 open offsets, 1 … 1,800 done ones between them.
OffsetMap bursts(std::int64_t offsets) {
    Random random{seed};
    std::vector<bool> is_done = bits(offsets, true);
    for (std::size_t at = 0; at < is_done.size(); at += random.below(1'800) + 1) {
        for (std::uint64_t length = random.below(200) + 1; length > 0 && at < is_done.size();
             --length) {
            is_done[at++] = false;
        }
    }
    return map_of_bits(std::move(is_done));
}

OffsetMap periodic(std::int64_t offsets, std::size_t period) {
    std::vector<bool> is_done = bits(offsets, true);
    for (std::size_t at = 0; at < is_done.size(); at += period) {
        is_done[at] = false;
    }
    return map_of_bits(std::move(is_done));
}

/// A stretch of 500 random bits over and over.
OffsetMap long_period(std::int64_t offsets) {
    Random random{seed};
    std::vector<bool> stretch(500);
    for (std::size_t at = 0; at < stretch.size(); ++at) {
        stretch[at] = random.chance({.part = 4, .whole = 5});
    }
    std::vector<bool> is_done = bits(offsets, true);
    for (std::size_t at = 0; at < is_done.size(); ++at) {
        is_done[at] = stretch[at % stretch.size()];
    }
    return map_of_bits(std::move(is_done));
}

OffsetMap one_stuck(std::int64_t offsets) {
    return map_of_bits(bits(offsets, true));
}

/// One record arrives a tick and takes k ticks with a chance of about 1/k: the youngest offsets are
/// mostly open, the older ones ever more rarely.
OffsetMap zipf_latency(std::int64_t offsets) {
    Random random{seed};
    std::vector<bool> is_done = bits(offsets, true);
    for (std::size_t at = 0; at < is_done.size(); ++at) {
        // Inverse of the distribution function log(k) / log(max) at a uniform point.
        const double uniform = static_cast<double>(random.below(1'000'000)) / 1'000'000;
        const double ticks = std::exp(uniform * std::log(static_cast<double>(offsets)));
        is_done[at] = static_cast<double>(offsets) - static_cast<double>(at) > ticks;
    }
    return map_of_bits(std::move(is_done));
}

OffsetPattern random_pattern(std::string name, Ratio open, std::optional<int> fork_bytes) {
    const double share = static_cast<double>(open.part) / static_cast<double>(open.whole);
    return {
        .name = std::move(name),
        .draw = [open](std::int64_t offsets) { return random_map(offsets, open); },
        .open_share = share,
        .fork_bytes = fork_bytes};
}

}  // namespace

std::vector<OffsetPattern> offset_patterns() {
    return {
        random_pattern("random 0.1 % open", {.part = 1, .whole = 1'000}, 191),
        random_pattern("random 1 % open", {.part = 1, .whole = 100}, 1'203),
        random_pattern("random 5 % open", {.part = 5, .whole = 100}, 3'692),
        random_pattern("random 20 % open", {.part = 20, .whole = 100}, 9'241),
        random_pattern("random 50 % open", {.part = 50, .whole = 100}, std::nullopt),
        {.name = "bursts", .draw = bursts, .open_share = 0},
        {.name = "every 2nd open", .draw = [](std::int64_t n) { return periodic(n, 2); }},
        {.name = "every 100th open", .draw = [](std::int64_t n) { return periodic(n, 100); }},
        {.name = "period of 500", .draw = long_period},
        {.name = "one stuck", .draw = one_stuck},
        {.name = "Zipf latency", .draw = zipf_latency},
    };
}

double shannon_bytes(std::int64_t offsets, double open_share) {
    if (open_share <= 0) return 0;
    const double entropy =
        -open_share * std::log2(open_share) - (1 - open_share) * std::log2(1 - open_share);
    return static_cast<double>(offsets) * entropy / 8;
}

}  // namespace odradek
