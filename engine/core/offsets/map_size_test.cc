#include "engine/core/offsets/map_size.h"

#include "odradek/contract.h"

#include "engine/base/random.h"
#include "engine/core/offsets/metadata_text.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

OffsetMap nothing_at(std::int64_t base) {
    return {.next_to_read = Offset{base}, .completed = {}};
}

std::int64_t real_units(const MapSize& size, EncodeOptions options) {
    options.units_max = 1'000'000'000;
    return count_units(encode(size.snapshot(), options).value());
}

}  // namespace

TEST(MapSize, is_the_map_of_what_is_finished) {
    MapSize size{nothing_at(10), {}};
    for (std::int64_t offset = 10; offset < 20; ++offset) {
        size.start(Offset{offset});
    }
    for (const std::int64_t offset : {12, 14, 13, 17}) {
        size.finish(Offset{offset});
    }
    EXPECT_EQ(to_string(size.snapshot()), "next_to_read 10, completed 12-14,17");
    size.finish(Offset{11});
    EXPECT_EQ(to_string(size.snapshot()), "next_to_read 10, completed 11-14,17");
    size.finish(Offset{10});
    EXPECT_EQ(to_string(size.snapshot()), "next_to_read 15, completed 17");
    EXPECT_EQ(size.started_count(), 4);
    EXPECT_TRUE(size.is_completed(Offset{14}));
    EXPECT_FALSE(size.is_completed(Offset{15}));
    EXPECT_TRUE(size.is_completed(Offset{17}));
}

TEST(MapSize, lets_the_record_at_next_to_read_start_whatever_the_limit) {
    MapSize size{nothing_at(0), {.units_max = 0}};
    EXPECT_TRUE(size.may_start(Offset{0}));
    EXPECT_FALSE(size.may_start(Offset{1}));
    size.start(Offset{0});
    size.finish(Offset{0});
    EXPECT_TRUE(size.may_start(Offset{1}));
    EXPECT_EQ(encode(size.snapshot(), {.units_max = 0}), "");
}

TEST(MapSize, reserves_nothing_when_no_map_is_kept) {
    MapSize size{nothing_at(0), {.format = MapFormat::none, .units_max = 0}};
    EXPECT_TRUE(size.may_start(Offset{1'000}));
    EXPECT_EQ(size.units(), 0);
    EXPECT_EQ(size.units_worst(), 0);
}

TEST(MapSize, counts_missing_offsets_with_the_record_above_them) {
    MapSize size{nothing_at(0), {}};
    size.start(Offset{0});
    size.start(Offset{1});
    size.mark_missing({Offset{2}, Offset{50}});
    size.finish(Offset{1});
    EXPECT_EQ(to_string(size.snapshot()), "next_to_read 0, completed 1");
    size.start(Offset{50});
    size.finish(Offset{50});
    EXPECT_EQ(to_string(size.snapshot()), "next_to_read 0, completed 1-50");
}

TEST(MapSize, moves_next_to_read_over_missing_offsets) {
    MapSize size{nothing_at(0), {}};
    size.start(Offset{0});
    size.mark_missing({Offset{1}, Offset{5}});
    size.mark_missing({Offset{6}, Offset{9}});
    size.start(Offset{5});
    size.start(Offset{9});
    size.finish(Offset{0});
    EXPECT_EQ(size.next_to_read(), Offset{5});
    size.finish(Offset{5});
    EXPECT_EQ(size.next_to_read(), Offset{9});
    size.mark_missing({Offset{10}, Offset{11}});
    size.finish(Offset{9});
    EXPECT_EQ(size.next_to_read(), Offset{11});
    EXPECT_EQ(size.started_count(), 0);
}

TEST(MapSize, fills_missing_offsets_that_an_inherited_map_counts_as_done_in_part) {
    MapSize size{make_offset_map(Offset{0}, {{Offset{3}, Offset{5}}, {Offset{8}, Offset{9}}}), {}};
    size.mark_missing({Offset{2}, Offset{6}});
    size.start(Offset{6});
    size.finish(Offset{6});
    EXPECT_EQ(to_string(size.snapshot()), "next_to_read 0, completed 3-6,8");
    size.mark_missing({Offset{0}, Offset{2}});
    EXPECT_EQ(size.next_to_read(), Offset{2});
}

TEST(MapSize, forgets_what_lies_below_a_log_that_begins_higher) {
    MapSize size{nothing_at(0), {}};
    for (std::int64_t offset = 0; offset < 10; ++offset) {
        size.start(Offset{offset});
    }
    size.finish(Offset{4});
    size.finish(Offset{7});
    size.advance(Offset{6}, 5);
    EXPECT_EQ(to_string(size.snapshot()), "next_to_read 6, completed 7");
    EXPECT_EQ(size.started_count(), 3);
    size.advance(Offset{7}, 1);
    EXPECT_EQ(size.next_to_read(), Offset{8});
    size.advance(Offset{3}, 0);
    EXPECT_EQ(size.next_to_read(), Offset{8});
}

TEST(MapSize, takes_a_record_that_was_never_started_for_a_broken_promise) {
    MapSize size{nothing_at(0), {}};
    EXPECT_THROW(size.finish(Offset{0}), ContractViolation);
    size.start(Offset{0});
    size.start(Offset{1});
    size.finish(Offset{0});
    EXPECT_THROW(size.finish(Offset{0}), ContractViolation);
}

TEST(MapSize, keeps_ten_million_records_above_one_that_never_ends) {
    constexpr EncodeOptions options{.units_max = 40};
    constexpr std::int64_t window = 16;
    constexpr std::int64_t records = 10'000'000;
    MapSize size{nothing_at(0), options};
    Random random{1};
    size.start(Offset{0});
    std::vector<std::int64_t> running;
    std::int64_t next = 1;
    std::int64_t refused = 0;
    while (next < records) {
        while (static_cast<std::int64_t>(running.size()) < window && size.may_start(Offset{next})) {
            size.start(Offset{next});
            running.push_back(next++);
        }
        refused += static_cast<std::int64_t>(running.size()) < window ? 1 : 0;
        ASSERT_FALSE(running.empty()) << "nothing may start at " << next;
        const std::size_t picked = random.below(running.size());
        size.finish(Offset{running[picked]});
        running[picked] = running.back();
        running.pop_back();
        ASSERT_TRUE(next % 9'973 != 0 || encode(size.snapshot(), options).has_value());
    }
    for (const std::int64_t offset : running) {
        size.finish(Offset{offset});
    }
    EXPECT_EQ(size.completed_ranges(), 1);
    EXPECT_LE(real_units(size, options), 12);
    size.finish(Offset{0});
    EXPECT_EQ(size.next_to_read(), Offset{records});
}

TEST(MapSize, stops_reading_at_three_quarters_of_the_limit) {
    MapSize size{nothing_at(0), {.units_max = 100}};
    EXPECT_TRUE(size.has_room_to_read());
    Random random{3};
    std::int64_t offset = 0;
    while (size.units() < 75) {
        ASSERT_TRUE(size.has_room_to_read());
        offset += random.between(2, 40);
        size.start(Offset{offset});
        size.finish(Offset{offset});
    }
    EXPECT_FALSE(size.has_room_to_read());
}

TEST(MapSize, cuts_an_inherited_map_from_above_so_that_nothing_is_skipped) {
    std::vector<OffsetRange> ranges;
    Random random{2};
    for (std::int64_t at = 2; ranges.size() < 2'000; at += random.between(3, 40)) {
        ranges.push_back({Offset{at}, Offset{at + random.between(1, 2)}});
    }
    const OffsetMap large = make_offset_map(Offset{0}, ranges);
    for (const MapFormat format : {MapFormat::odradek, MapFormat::confluent}) {
        for (const std::int64_t limit : {0, 40, 100, 1'000, 100'000}) {
            const EncodeOptions options{.format = format, .units_max = limit};
            const OffsetMap cut = cut_to_fit(large, options);
            ASSERT_TRUE(encode(cut, options).has_value()) << limit;
            ASSERT_LE(cut.completed.size(), large.completed.size());
            EXPECT_TRUE(
                std::equal(cut.completed.begin(), cut.completed.end(), large.completed.begin())
            );
            EXPECT_TRUE(limit < 100'000 || cut == large);
            EXPECT_TRUE(limit > 100 || cut != large);
            EXPECT_EQ(cut.completed.empty(), limit == 0);
        }
    }
}

}  // namespace odradek
