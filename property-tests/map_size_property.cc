// Whatever handlers do, in whatever order they finish: the committed text fits, no map is dropped,
// retries need no room, and when the last blocker ends all is processed (PC-15).

#include "engine/base/random.h"
#include "engine/core/offsets/map_size.h"
#include "engine/core/offsets/metadata_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

/// A partition with a window of polled records and handlers that finish in any order. Some records
/// are stuck until all others are done. The truth beside MapSize is a plain set.
class Partition {
public:
    Partition(std::uint64_t seed, const EncodeOptions& options, std::int64_t records)
        : random_(seed)
        , options_(options)
        , records_(records)
        , size_({.next_to_read = Offset{first}, .completed = {}}, options) {
        window_ = random_.between(1, 400);
        concurrency_ = random_.between(1, 120);
        stuck_ = {.part = random_.below(20), .whole = 200};
        missing_ = {.part = random_.below(3) == 0 ? 10U : 0U, .whole = 100};
        newest_first_ = random_.chance({.part = 1, .whole = 3});
    }

    /// Until every record is done. False when nothing can go on.
    bool run() {
        while (size_.next_to_read().value() < first + records_) {
            poll();
            start_some();
            if (size_.next_to_read().value() == first + records_) break;  // missing up to the end
            if (running_.empty()) {
                if (stuck_running_.empty()) return false;
                running_.swap(stuck_running_);  // the blockers end at last
            }
            finish_one();
            check();
        }
        return true;
    }

    void check() {
        const OffsetMap map = size_.snapshot();
        RC_ASSERT(is_valid(map));
        const auto text = encode(map, options_);
        RC_ASSERT(text.has_value());
        RC_ASSERT(count_units(*text) <= size_.units());
        RC_ASSERT(size_.units() <= size_.units_worst());
        RC_ASSERT(size_.units() <= options_.units_max);
        const auto decoded = decode(*text, map.next_to_read, std::nullopt);
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(decoded->map == map);
        // No record counts as done that is not.
        for (const std::int64_t offset : waiting_) {
            RC_ASSERT(!size_.is_completed(Offset{offset}));
        }
        for (const std::int64_t offset : running_) {
            RC_ASSERT(!size_.is_completed(Offset{offset}));
        }
        for (const std::int64_t offset : stuck_running_) {
            RC_ASSERT(!size_.is_completed(Offset{offset}));
        }
    }

    [[nodiscard]] std::int64_t refused() const { return refused_; }

private:
    static constexpr std::int64_t first = 1'000;

    void poll() {
        while (polled_ < first + records_ && polled_ - size_.next_to_read().value() < window_) {
            if (random_.chance(missing_)) {
                const std::int64_t end =
                    std::min(polled_ + random_.between(1, 30), first + records_);
                size_.mark_missing({Offset{polled_}, Offset{end}});
                polled_ = end;
            } else {
                waiting_.insert(polled_++);
            }
        }
    }

    void start_some() {
        // Key order may start a later record before an earlier one.
        std::vector<std::int64_t> order(waiting_.begin(), waiting_.end());
        if (newest_first_) std::ranges::reverse(order);
        for (const std::int64_t offset : order) {
            const bool is_base = offset == size_.next_to_read().value();
            const auto busy = static_cast<std::int64_t>(running_.size());
            if (busy >= concurrency_ && !is_base) continue;
            if (!size_.may_start(Offset{offset})) {
                RC_ASSERT(!is_base);
                ++refused_;
                continue;
            }
            size_.start(Offset{offset});
            waiting_.erase(offset);
            (random_.chance(stuck_) ? stuck_running_ : running_).push_back(offset);
        }
    }

    void finish_one() {
        const std::size_t picked = random_.below(running_.size());
        size_.finish(Offset{running_[picked]});
        running_[picked] = running_.back();
        running_.pop_back();
    }

    Random random_;
    EncodeOptions options_;
    std::int64_t records_;
    MapSize size_;
    std::int64_t window_ = 1;
    std::int64_t concurrency_ = 1;
    Ratio stuck_;
    Ratio missing_;
    bool newest_first_ = false;
    std::int64_t polled_ = first;
    std::int64_t refused_ = 0;
    std::set<std::int64_t> waiting_;
    std::vector<std::int64_t> running_;
    std::vector<std::int64_t> stuck_running_;
};

constexpr std::array<std::int64_t, 6> limits{8, 16, 40, 100, 1'000, 4'096};

}  // namespace

RC_GTEST_PROP(
    MapSize,
    no_completion_order_outgrows_the_limit_and_all_is_processed,
    (std::uint64_t seed, bool has_fingerprint, bool is_confluent)
) {
    EncodeOptions options{
        .format = is_confluent ? MapFormat::confluent : MapFormat::odradek,
        .units_max = limits.at(seed % limits.size())};
    if (has_fingerprint) options.fingerprint = Fingerprint{0x12345678};
    Partition partition{seed, options, 300};
    RC_ASSERT(partition.run());
    RC_CLASSIFY(partition.refused() > 0, "some records had to wait");
    RC_TAG(options.units_max);
}

RC_GTEST_PROP(MapSize, says_the_size_within_two_percent_and_four_units, (std::uint64_t seed)) {
    Random random{seed};
    const Ratio open{.part = random.below(60) + 1, .whole = 100};
    MapSize size{{.next_to_read = Offset{0}, .completed = {}}, {}};
    for (std::int64_t offset = 1; offset < 3'000; ++offset) {
        if (random.chance(open)) continue;
        size.start(Offset{offset});
        size.finish(Offset{offset});
    }
    const std::string text = *encode(size.snapshot(), {.units_max = 1'000'000});
    const auto real = static_cast<double>(count_units(text));
    RC_ASSERT(static_cast<double>(size.units()) >= real);
    RC_ASSERT(static_cast<double>(size.units()) <= real * 1.02 + 4);
}

RC_GTEST_PROP(
    MapSize, goes_on_from_a_map_that_was_cut_to_fit, (std::uint64_t seed, bool is_confluent)
) {
    Random random{seed};
    std::vector<OffsetRange> ranges;
    std::int64_t at = 2;
    for (std::uint64_t count = random.below(120); count > 0; --count) {
        const std::int64_t end = at + random.between(1, 20);
        ranges.push_back({Offset{at}, Offset{end}});
        at = end + random.between(1, 9);
    }
    const EncodeOptions options{
        .format = is_confluent ? MapFormat::confluent : MapFormat::odradek,
        .units_max = limits.at(seed % limits.size())};
    MapSize size{cut_to_fit({.next_to_read = Offset{0}, .completed = ranges}, options), options};
    // From here the open records end in their order: every suffix of the map must fit.
    while (size.completed_ranges() > 0) {
        RC_ASSERT(encode(size.snapshot(), options).has_value());
        const Offset base = size.next_to_read();
        RC_ASSERT(size.may_start(base));
        size.start(base);
        size.finish(base);
    }
}

}  // namespace odradek
