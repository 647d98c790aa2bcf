#include "engine/tools/what_if.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using testing::ElementsAre;

WhatIfAxes axis(std::string_view text) {
    WhatIfAxes axes;
    EXPECT_TRUE(add_what_if_axis(text, axes).has_value()) << text;
    return axes;
}

}  // namespace

TEST(WhatIfAxes, are_lists_and_ranges) {
    EXPECT_THAT(axis("partitions=12,24,48").partitions, ElementsAre(12, 24, 48));
    EXPECT_THAT(axis("virtual-partitions=10..13").virtual_partitions, ElementsAre(10, 11, 12, 13));
    EXPECT_THAT(
        axis("virtual-partitions=10..30:10,99").virtual_partitions, ElementsAre(10, 20, 30, 99)
    );
    EXPECT_THAT(axis("reducer=sum16,murmur2").reducers, ElementsAre("sum16", "murmur2"));
}

TEST(WhatIfAxes, refuse_what_is_none) {
    WhatIfAxes axes;
    for (const char* text :
         {"partitions",
          "partitions=",
          "partitions=0",
          "partitions=5..2",
          "lanes=3",
          "reducer=md5",
          "partitions=1..2..3",
          "partitions=1..9:0",
          "partitions=1..1000000",
          "partitions=-3"}) {
        EXPECT_FALSE(add_what_if_axis(text, axes).has_value()) << text;
    }
}

TEST(TryLayouts, tells_how_many_keys_move_when_partitions_double) {
    KeyCounter counter{{}, nullptr};
    std::vector<std::string> names;
    for (int i = 0; i < 4'000; ++i) {
        names.push_back("user-" + std::to_string(i));
    }
    for (const std::string& name : names) {
        counter.add(std::vector<KeyRecord>{{.key = name}});
    }
    const Layout now{.partitioner = Reducer::named("murmur2"), .partitions = 12};
    const auto tried = try_layouts(counter.census(), now, axis("partitions=12,24"), 16).value();
    ASSERT_EQ(tried.size(), 2U);
    EXPECT_EQ(tried[0].partitions, 12U);  // as good, and nothing moves
    EXPECT_EQ(tried[0].moved_share, 0);
    EXPECT_NEAR(tried[1].moved_share, 0.5, 0.03);
    EXPECT_EQ(tried[1].speedup_ceiling, 16);
}

TEST(TryLayouts, tells_how_many_keys_change_only_their_lane) {
    KeyCounter counter{{}, nullptr};
    std::vector<std::string> names;
    for (int i = 0; i < 4'000; ++i) {
        names.push_back("user-" + std::to_string(i));
    }
    for (const std::string& name : names) {
        counter.add(std::vector<KeyRecord>{{.key = name}});
    }
    const Layout now{
        .partitioner = Reducer::named("murmur2"),
        .partitions = 12,
        .reducer = Reducer::named("murmur2-salted").value(),
        .virtual_partitions = 4};
    const auto tried =
        try_layouts(counter.census(), now, axis("virtual-partitions=4,8"), 0).value();
    ASSERT_EQ(tried.size(), 2U);
    for (const WhatIf& choice : tried) {
        EXPECT_EQ(choice.moved_share, 0);
        EXPECT_NEAR(choice.lane_moved_share, choice.virtual_partitions == 4 ? 0 : 0.5, 0.03);
        EXPECT_EQ(choice.reason.contains("change only their lane"), choice.lane_moved_share > 0);
    }
}

TEST(TryLayouts, refuses_too_many_and_explicit_partitions_without_a_partitioner) {
    KeyCounter counter{{}, nullptr};
    counter.add(std::vector<KeyRecord>{{.key = "a", .partition = 0}});
    const KeyCensus census = counter.census();
    EXPECT_FALSE(try_layouts(census, {.partitions = 2}, axis("partitions=2,4"), 0).has_value());
    WhatIfAxes many = axis("partitions=1..50");
    many.virtual_partitions = axis("virtual-partitions=1..50").virtual_partitions;
    const Layout now{.partitioner = Reducer::named("murmur2"), .partitions = 12};
    EXPECT_FALSE(try_layouts(census, now, many, 0).has_value());
}

}  // namespace odradek
