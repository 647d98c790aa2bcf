#include "simulator/broker/assignors.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

std::vector<PartitionLeader> topics_of(std::vector<std::int32_t> partition_counts) {
    std::vector<PartitionLeader> partitions;
    for (std::size_t topic = 0; topic < partition_counts.size(); ++topic) {
        for (std::int32_t id = 0; id < partition_counts[topic]; ++id) {
            const auto number = static_cast<std::uint32_t>(partitions.size());
            partitions.push_back(
                {static_cast<std::int32_t>(topic), PartitionId{id}, PartitionNumber{number}, 0}
            );
        }
    }
    return partitions;
}

GroupMemberInfo static_member(std::string id) {
    return {.member_id = "m-" + id, .instance_id = id, .subscription = {.topics = {0, 1}}};
}

std::vector<std::uint32_t> numbers(const std::vector<PartitionNumber>& partitions) {
    std::vector<std::uint32_t> all;
    for (const PartitionNumber partition : partitions)
        all.push_back(partition.value());
    return all;
}

using Numbers = std::vector<std::uint32_t>;

// Topics a and b: with a of 3 and b of 2, a is 0…2 and b 3…4; with a of 4, b is 4…5.
TEST(Assignors, range_and_roundrobin_give_what_FT_18_says) {
    const std::vector members = {static_member("c3"), static_member("c1"), static_member("c2")};
    const auto range_3 = assign_partitions("range", members, topics_of({3, 2}));
    EXPECT_EQ(numbers(range_3.at("m-c1")), (Numbers{0, 3}));
    EXPECT_EQ(numbers(range_3.at("m-c2")), (Numbers{1, 4}));
    EXPECT_EQ(numbers(range_3.at("m-c3")), (Numbers{2}));
    const auto robin_3 = assign_partitions("roundrobin", members, topics_of({3, 2}));
    EXPECT_EQ(robin_3, range_3);
    const auto range_4 = assign_partitions("range", members, topics_of({4, 2}));
    EXPECT_EQ(numbers(range_4.at("m-c1")), (Numbers{0, 1, 4}));
    EXPECT_EQ(numbers(range_4.at("m-c2")), (Numbers{2, 5}));
    EXPECT_EQ(numbers(range_4.at("m-c3")), (Numbers{3}));
    const auto robin_4 = assign_partitions("roundrobin", members, topics_of({4, 2}));
    EXPECT_EQ(numbers(robin_4.at("m-c1")), (Numbers{0, 3}));
    EXPECT_EQ(numbers(robin_4.at("m-c2")), (Numbers{1, 4}));
    EXPECT_EQ(numbers(robin_4.at("m-c3")), (Numbers{2, 5}));
}

TEST(Assignors, range_may_give_one_member_everything_BM_119) {
    const std::vector members = {static_member("c1"), static_member("c2")};
    const auto assignment = assign_partitions("range", members, topics_of({1, 1}));
    EXPECT_EQ(numbers(assignment.at("m-c1")), (Numbers{0, 1}));
    EXPECT_TRUE(assignment.at("m-c2").empty());
}

TEST(Assignors, cooperative_sticky_withholds_what_changes_hands_BM_124) {
    GroupMemberInfo old_one{.member_id = "a", .instance_id = {}, .subscription = {.topics = {0}}};
    for (std::uint32_t i = 0; i < 6; ++i) {
        old_one.subscription.owned.push_back(PartitionNumber{i});
    }
    GroupMemberInfo new_one{.member_id = "b", .instance_id = {}, .subscription = {.topics = {0}}};
    const auto first = assign_partitions("cooperative-sticky", {old_one, new_one}, topics_of({6}));
    EXPECT_EQ(first.at("a").size(), 3U);
    EXPECT_TRUE(first.at("b").empty());
    old_one.subscription.owned = first.at("a");
    const auto second = assign_partitions("cooperative-sticky", {old_one, new_one}, topics_of({6}));
    EXPECT_EQ(second.at("a"), first.at("a"));
    EXPECT_EQ(second.at("b").size(), 3U);
}

TEST(Assignors, cooperative_sticky_gives_out_what_a_leaver_had_and_moves_nothing_BM_122_FT_20) {
    GroupMemberInfo a{.member_id = "a", .instance_id = {}, .subscription = {.topics = {0}}};
    GroupMemberInfo b{.member_id = "b", .instance_id = {}, .subscription = {.topics = {0}}};
    a.subscription.owned = {PartitionNumber{0}, PartitionNumber{1}};
    b.subscription.owned = {PartitionNumber{4}, PartitionNumber{5}};
    const auto assignment = assign_partitions("cooperative-sticky", {a, b}, topics_of({6}));
    EXPECT_EQ(assignment.at("a").size(), 3U);
    EXPECT_EQ(assignment.at("b").size(), 3U);
    for (const auto& [member, owned] : {std::pair{"a", a}, std::pair{"b", b}}) {
        for (const PartitionNumber kept : owned.subscription.owned) {
            EXPECT_TRUE(
                std::ranges::find(assignment.at(member), kept) != assignment.at(member).end()
            );
        }
    }
}

}  // namespace
}  // namespace odradek::sim
