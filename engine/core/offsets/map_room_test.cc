#include "engine/core/offsets/map_room.h"

#include "engine/base/random.h"
#include "engine/core/offsets/metadata_text.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

Progress reading_from(std::int64_t offset, std::int64_t end) {
    Progress progress{OffsetMap{Offset{offset}, {}}};
    for (std::int64_t at = offset; at < end; ++at) {
        progress.admit(Offset{at});
    }
    return progress;
}

}  // namespace

TEST(MapRoom, lets_everything_start_within_a_span_whose_map_always_fits) {
    Random random{5};
    for (const MapFormat format : {MapFormat::odradek, MapFormat::confluent}) {
        for (const std::int64_t limit : {40, 100, 1'000, 4'096}) {
            const EncodeOptions options{.format = format, .units_max = limit};
            const std::int64_t span = MapRoom::safe_span(options);
            ASSERT_GT(span, 100);
            for (const std::uint64_t open : {1U, 10U, 30U, 50U, 70U, 99U}) {
                OffsetMap map{Offset{1'000}, {}};
                for (std::int64_t at = 1'001; at < 1'000 + span; ++at) {
                    if (random.chance({.part = open, .whole = 100})) continue;
                    map.completed.push_back({Offset{at}, Offset{at + 1}});
                }
                map = make_offset_map(map.next_to_read, map.completed);
                ASSERT_TRUE(encode(map, options).has_value())
                    << name_of(format) << " limit " << limit << ", " << open << " % open";
            }
        }
    }
}

TEST(MapRoom, asks_no_tracker_until_something_reaches_beyond_that_span) {
    const EncodeOptions options{.units_max = 40};
    const std::int64_t span = MapRoom::safe_span(options);
    MapRoom room{options, Offset{0}};
    const Progress progress = reading_from(0, span + 10);
    EXPECT_FALSE(room.is_free(Offset{0})) << "not before it knows where the partition is";
    room.advance(progress);
    EXPECT_TRUE(room.is_free(Offset{span - 1}));
    EXPECT_FALSE(room.is_free(Offset{span}));
    room.start(Offset{span});
    EXPECT_FALSE(room.is_free(Offset{1})) << "the map reaches far now, so each start is judged";
}

TEST(MapRoom, makes_a_tracker_that_knows_what_has_started) {
    const EncodeOptions options{.units_max = 40};
    const std::int64_t end = MapRoom::safe_span(options) * 4;
    Progress progress = reading_from(0, end);
    MapRoom room{options, Offset{0}};
    room.advance(progress);
    const std::vector<Offset> started{Offset{0}};
    room.track(progress, started);
    std::int64_t refused = 0;
    Random random{3};
    for (std::int64_t at = 1; at < end; ++at) {
        if (random.chance({.part = 1, .whole = 2}))
            continue;  // half of them: the worst map there is
        if (!room.may_start(Offset{at})) {
            ++refused;
            continue;
        }
        room.start(Offset{at});
        ASSERT_TRUE(progress.finish(Offset{at}));
        room.finish(Offset{at});
        ASSERT_TRUE(encode(progress.snapshot(), options).has_value());
    }
    EXPECT_GT(refused, 0) << "so small a limit cannot hold them all";
    EXPECT_TRUE(room.may_start(Offset{0}));
}

TEST(MapRoom, lets_the_tracker_go_when_the_partition_has_caught_up) {
    const EncodeOptions options{.units_max = 40};
    const std::int64_t end = MapRoom::safe_span(options) * 2;
    Progress progress = reading_from(0, end);
    MapRoom room{options, Offset{0}};
    room.advance(progress);
    room.track(progress, {});
    for (std::int64_t at = 0; at < end; ++at) {
        room.start(Offset{at});
        progress.finish(Offset{at});
        room.finish(Offset{at});
    }
    EXPECT_FALSE(room.needs_tracker());
    EXPECT_TRUE(room.advance(progress));
    EXPECT_TRUE(room.needs_tracker());
}

}  // namespace odradek
