#include "engine/cli/offsets_show.h"

#include "engine/cli/offsets_command.h"

#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

kafka::GroupOffset stored(std::int64_t committed, std::string metadata) {
    return {
        .partition = {"orders", PartitionId{3}},
        .next_to_read = Offset{committed},
        .metadata = std::move(metadata),
        .log = OffsetRange{Offset{4}, Offset{120}}};
}

std::string text(const kafka::GroupOffset& offset) {
    const std::vector<ShownPartition> partitions{shown_of(offset)};
    return text_of_group(partitions, {});
}

std::string json(const kafka::GroupOffset& offset) {
    const std::vector<ShownPartition> partitions{shown_of(offset)};
    return json_of_group("shop", partitions);
}

}  // namespace

TEST(OffsetsShow, prints_a_row_and_a_picture_of_the_map) {
    EXPECT_EQ(
        text(stored(10, "bAAI1gA=")),
        "topic   partition  committed     log  lag  map                    units  done above\n"
        "orders          3         10  4..120  110  confluent bit_set_v1  8/4096           5\n"
        "  10 ░██░█░██ 17\n"
    );
}

TEST(OffsetsShow, prints_json_with_the_keys_of_decode) {
    EXPECT_EQ(
        json(stored(10, "bAAI1gA=")),
        "{\"group\":\"shop\",\"partitions\":[{\"topic\":\"orders\",\"partition\":3,"
        "\"committed\":10,\"log_start\":4,\"log_end\":120,\"lag\":110,\"units\":8,"
        "\"units_max\":4096,\"completed_count\":5,\"format\":\"confluent\","
        "\"codec\":\"bit_set_v1\",\"next_to_read\":10,\"completed\":\"11-12,14,16-17\","
        "\"open\":\"10,13,15\"}]}\n"
    );
}

TEST(OffsetsShow, counts_units_of_our_text_as_the_broker_does) {
    const OffsetMap map = map_of(Offset{10}, {{1, 20}, {3, 40}});
    const std::string metadata = *encode(map, {});
    const ShownPartition partition = shown_of(stored(10, metadata));
    EXPECT_EQ(partition.shown.map, map);
    EXPECT_LT(partition.units, static_cast<std::int64_t>(metadata.size()));
    EXPECT_GT(partition.units, 2);
}

TEST(OffsetsShow, names_why_a_text_gives_no_map) {
    const std::string foreign = text(stored(10, "consumer of team blue"));
    EXPECT_NE(foreign.find("  foreign  21/4096"), foreign.npos) << foreign;
    EXPECT_NE(foreign.find("  note: foreign: "), foreign.npos) << foreign;
    const OffsetMap map = map_of(Offset{10}, {{1, 20}, {3, 40}});
    const std::string ours = *encode(map, {});
    const std::string damaged = text(stored(11, ours));  // beside an offset it was not made for
    EXPECT_NE(damaged.find("  note: damaged at byte "), damaged.npos) << damaged;
    EXPECT_NE(json(stored(11, ours)).find("\"format\":\"damaged\",\"codec\":null"), ours.npos);
}

TEST(OffsetsShow, draws_nothing_where_nothing_is_said) {
    for (const char* const metadata : {"", "bgAA"}) {
        EXPECT_EQ(text(stored(10, metadata)).find("░"), std::string::npos) << metadata;
    }
}

TEST(OffsetsShow, cuts_the_map_at_the_end_of_the_log_and_says_so) {
    kafka::GroupOffset offset = stored(10, "bAAI1gA=");
    offset.log->end = Offset{15};
    EXPECT_NE(json(offset).find("\"completed\":\"11-12,14\""), std::string::npos);
    EXPECT_NE(json(offset).find("\"note\":\"cut at the end"), std::string::npos);
}

TEST(OffsetsShow, says_what_is_not_known_of_a_log) {
    kafka::GroupOffset offset = stored(10, "bAAI1gA=");
    offset.log = std::nullopt;
    offset.log_error = Error{Errc::unknown_topic, "it was deleted", "orders-3"};
    EXPECT_NE(
        json(offset).find("\"log_start\":null,\"log_end\":null,\"lag\":null"), std::string::npos
    );
    EXPECT_NE(json(offset).find("it was deleted"), std::string::npos);
    EXPECT_NE(text(offset).find("it was deleted"), std::string::npos);
}

TEST(OffsetsShow, answers_a_cluster_that_is_not_there_with_three_and_bad_use_with_two) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(
        show_offsets(
            {.brokers = "127.0.0.1:1", .group = "g", .limit = std::chrono::milliseconds(300)},
            "text"
        ),
        ExitCode::environment
    );
    const std::vector<std::string> without_group{"show", "--brokers", "127.0.0.1:1"};
    EXPECT_EQ(run_offsets(without_group), ExitCode::usage);
    const std::vector<std::string> bad_property{
        "show", "--brokers", "127.0.0.1:1", "--group", "g", "--property", "client.id"};
    EXPECT_EQ(run_offsets(bad_property), ExitCode::usage);
    EXPECT_NE(testing::internal::GetCapturedStderr().find("NAME=VALUE"), std::string::npos);
}

}  // namespace odradek
