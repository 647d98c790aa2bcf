#include "engine/core/offsets/map_bound.h"

#include "engine/core/offsets/class_codec.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// Every way to finish a subset of `started` (bit i = offset i) on top of `done`, judged by
/// `check`.
template <typename Check>
void for_each_outcome(unsigned done, unsigned started, Check check) {
    for (unsigned subset = started;; subset = (subset - 1) & started) {
        std::vector<OffsetRange> ranges;
        for (std::int64_t offset = 0; offset < 16; ++offset) {
            if ((((done | subset) >> offset) & 1U) != 0) {
                ranges.push_back({Offset{offset}, Offset{offset + 1}});
            }
        }
        check(make_offset_map(Offset{0}, ranges));
        if (subset == 0) return;
    }
}

std::int64_t highest_bit(unsigned bits) {
    std::int64_t end = 0;
    while (bits != 0) {
        bits >>= 1U;
        ++end;
    }
    return end;
}

double class_bits_of(const OffsetMap& map) {
    return map.completed.empty() ? 0 : class_bits(runs_of(map), Places::plain);
}

}  // namespace

TEST(MapBound, covers_every_subset_of_the_started_records_of_small_maps) {
    for (unsigned done = 0; done < 256; done += 2) {  // offset 0 is open
        for (unsigned started = 0; started < 1'024; started += 7) {
            if ((started & done) != 0) continue;
            std::vector<OffsetRange> ranges;
            MapOutlook outlook;
            outlook.covered = std::max<std::int64_t>(highest_bit(done | started), 1);
            for (std::int64_t offset = 0; offset < 10; ++offset) {
                outlook.records += (started >> offset) & 1U;
                if (((done >> offset) & 1U) != 0) {
                    ranges.push_back({Offset{offset}, Offset{offset + 1}});
                }
            }
            outlook.offsets = outlook.records;
            const OffsetMap now = make_offset_map(Offset{0}, ranges);
            outlook.now = counts_of(runs_of(now));
            outlook.class_bits = class_bits_of(now);
            const std::int64_t rough = rough_entropy_bytes(outlook);
            const std::int64_t entropy = worst_entropy_bytes(outlook);
            const std::int64_t classes = worst_class_bytes(outlook);
            for_each_outcome(done, started, [&](const OffsetMap& outcome) {
                if (outcome.completed.empty()) return;
                const std::int64_t real = entropy_bytes_max(counts_of(runs_of(outcome)));
                ASSERT_LE(real, rough);
                ASSERT_LE(real, entropy);
                const double rounding =
                    class_rounding_bits(static_cast<std::int64_t>(outcome.completed.size()));
                const double bits = class_bits_of(outcome) + rounding;
                ASSERT_LE(static_cast<std::int64_t>(bits / 8) + 1, classes);
            });
        }
    }
}

TEST(MapBound, is_tight_where_few_records_are_started) {
    const MapOutlook outlook{
        .now = {.open = 5'000, .done = 495'000, .pairs = 4'950},
        .class_bits = 0,
        .records = 100,
        .offsets = 100,
        .covered = 500'100};
    const auto now = static_cast<double>(entropy_bytes_max(outlook.now));
    EXPECT_LE(static_cast<double>(worst_entropy_bytes(outlook)), now * 1.03);
    EXPECT_LE(static_cast<double>(rough_entropy_bytes(outlook)), now * 1.05);
}

}  // namespace odradek
