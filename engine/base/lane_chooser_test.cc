#include "engine/base/lane_chooser.h"

#include <map>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

namespace odradek {

namespace {

Bytes bytes(std::string_view text) {
    return std::as_bytes(std::span{text.data(), text.size()});
}

Record record(Bytes key, std::int64_t offset = 0) {
    Record record;
    record.topic = "orders";
    record.partition = PartitionId{3};
    record.offset = Offset{offset};
    record.key = key;
    return record;
}

EngineOptions options(VirtualPartitionOptions lanes) {
    EngineOptions options;
    options.ordering = Ordering::virtual_partition;
    options.virtual_partitions = std::move(lanes);
    return options;
}

std::vector<Header> two_tenants(const void* /*source*/) {
    return {{"tenant", bytes("b")}, {"tenant", bytes("z")}};
}

std::vector<Header> no_call(const void* /*source*/) {
    throw std::logic_error("headers were read");
}

}  // namespace

TEST(LaneChooser, VP1_VP2_reduces_the_key_to_one_of_the_lanes) {
    const LaneChooser chooser{options({.max_partitions = 10}), {}};
    // sum16 of "ab" is 97 + 98.
    EXPECT_EQ(chooser.choose(record(bytes("ab"))), VirtualPartition{195 % 10});
    EXPECT_EQ(chooser.choose(record(std::nullopt)), VirtualPartition{0}) << "sum16's null key";
}

TEST(LaneChooser, VP2_has_as_many_lanes_as_handlers_unless_told) {
    EXPECT_EQ((LaneChooser{options({}), {}}).lanes(), 16U);
    EXPECT_EQ((LaneChooser{options({.max_partitions = 40}), {}}).lanes(), 40U);
}

TEST(LaneChooser, VP1_reduces_a_header_or_the_payload) {
    VirtualPartitionOptions by_header{.max_partitions = 10, .partitioner = PartitionBy::header};
    by_header.header = "tenant";
    Record one = record(bytes("a"));
    one.read_headers = &two_tenants;
    EXPECT_EQ((LaneChooser{options(by_header), {}}).choose(one), VirtualPartition{98 % 10});
    by_header.header = "absent";
    EXPECT_EQ((LaneChooser{options(by_header), {}}).choose(one), VirtualPartition{0});
    one.value = bytes("c");
    const LaneChooser by_value{
        options({.max_partitions = 10, .partitioner = PartitionBy::value}), {}};
    EXPECT_EQ(by_value.choose(one), VirtualPartition{99 % 10});
}

TEST(LaneChooser, VP8_a_choice_by_key_touches_neither_headers_nor_payload) {
    Record one = record(bytes("ab"));
    one.read_headers = &no_call;
    // No byte of it may be read: this is nobody's memory.
    one.value = std::span{reinterpret_cast<const std::byte*>(std::uintptr_t{16}), 1'000};
    const LaneChooser by_key{options({.max_partitions = 10}), {}};
    EXPECT_EQ(by_key.choose(one), VirtualPartition{5});
    one.read_headers = &two_tenants;
    const LaneChooser by_header{
        options({.max_partitions = 10, .partitioner = PartitionBy::header, .header = "tenant"}),
        {}};
    EXPECT_EQ(by_header.choose(one), VirtualPartition{8});
}

TEST(LaneChooser, VP1_spreads_what_is_bound_to_no_lane_by_its_place) {
    const LaneChooser chooser{
        options({.max_partitions = 8, .partitioner = PartitionBy::random}), {}};
    std::map<std::uint32_t, int> loads;
    for (std::int64_t offset = 0; offset < 8'000; ++offset) {
        const auto lane = chooser.choose(record(bytes("same"), offset));
        ASSERT_TRUE(lane.has_value());
        EXPECT_EQ(chooser.choose(record(bytes("other"), offset)), lane) << "at redelivery too";
        ++loads[lane->value()];
    }
    ASSERT_EQ(loads.size(), 8U);
    for (const auto& [lane, load] : loads) {
        EXPECT_NEAR(load, 1'000, 150) << lane;
    }
    const LaneChooser murmur2{options({.max_partitions = 8, .reducer = "murmur2"}), {}};
    std::set<VirtualPartition> null_lanes;
    for (std::int64_t offset = 0; offset < 100; ++offset) {
        null_lanes.insert(murmur2.choose(record(std::nullopt, offset)).value());
    }
    EXPECT_EQ(null_lanes.size(), 8U) << "murmur2 binds a null key to nothing";
}

TEST(LaneChooser, VP14_takes_the_users_own_partitioner_and_reducer) {
    LaneCode code;
    code.partitioner = [](const Record& one) {
        return PartitionKey{as_text(one.key).substr(0, 1)};
    };
    code.reducer = Reducer{"length", [](PartitionKey key, std::uint32_t) {
                               return static_cast<std::int64_t>(key->size()) + 3;
                           }};
    const LaneChooser chooser{options({.max_partitions = 10}), code};
    EXPECT_EQ(chooser.choose(record(bytes("abc"))), VirtualPartition{4});
}

TEST(LaneChooser, VP1_says_why_user_code_gave_no_lane) {
    LaneCode throws;
    throws.partitioner = [](const Record&) -> PartitionKey {
        throw std::runtime_error("no tenant");
    };
    EXPECT_EQ((LaneChooser{options({}), throws}).choose(record(bytes("a"))).error(), "no tenant");
    for (const std::int64_t result : {-1, 4}) {
        LaneCode out_of_range;
        out_of_range.reducer = Reducer{"mine", [=](PartitionKey, std::uint32_t) { return result; }};
        const auto lane =
            LaneChooser{options({.max_partitions = 4}), out_of_range}.choose(record(bytes("a")));
        ASSERT_FALSE(lane.has_value());
        EXPECT_EQ(lane.error(), "the reducer mine gave lane " + std::to_string(result) + " of 4");
    }
}

}  // namespace odradek
