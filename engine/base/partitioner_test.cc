#include "odradek/partitioner.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

Reducer::Bucket bucket(std::string_view reducer, PartitionKey key, std::uint32_t count) {
    return Reducer::named(reducer).value().reduce(key, count).value();
}

constexpr Reducer::Bucket anywhere_at_all = std::nullopt;

}  // namespace

// PS-8: Karafka's manual, count 5.
TEST(Reducer, puts_the_reference_keys_of_karafka_where_karafka_does) {
    EXPECT_EQ(bucket("sum16", "0", 5), 3U);
    EXPECT_EQ(bucket("sum16", "5", 5), 3U);
    EXPECT_EQ(bucket("sum16", "14", 5), 1U);
    EXPECT_EQ(bucket("sum16", "23", 5), 1U);
}

TEST(Reducer, tells_the_masked_sum_from_the_plain_one) {
    EXPECT_EQ(bucket("sum16", std::string(258, '\xFF'), 7), 2U);
    EXPECT_EQ(bucket("bytesum", std::string(258, '\xFF'), 7), 4U);
    EXPECT_EQ(bucket("sum16", std::string(538, 'z'), 5), 0U);
    EXPECT_EQ(bucket("bytesum", std::string(538, 'z'), 5), 1U);
}

// Java: toPositive(murmur2("foobar") = -790332482) = 1357151166, and so on.
TEST(Reducer, partitions_as_the_java_client) {
    EXPECT_EQ(bucket("murmur2", "foobar", 1000), 1357151166U % 1000U);
    EXPECT_EQ(bucket("murmur2", "abc", 1000), 479470107U % 1000U);
}

TEST(Reducer, partitions_as_sarama_by_the_magnitude_of_a_negative_hash) {
    EXPECT_EQ(bucket("fnv1a", "", 1000), 0x7EE3'623BU % 1000U);
    EXPECT_EQ(bucket("sarama-reference", "", 1000), 0x011C'9DC5U % 1000U);
}

TEST(Reducer, treats_a_null_key_by_the_rule_of_the_system_it_is_named_after) {
    EXPECT_EQ(bucket("sum16", std::nullopt, 7), 0U);
    EXPECT_EQ(bucket("bytesum-zero", std::nullopt, 7), 0U);
    EXPECT_EQ(bucket("consistent", std::nullopt, 7), 0U);
    EXPECT_EQ(bucket("rdkafka-murmur2", std::nullopt, 7), 0x106E'08D9U % 7U);
    EXPECT_EQ(bucket("rdkafka-fnv1a", std::nullopt, 7), 0x7EE3'623BU % 7U);
    for (const char* name : {"murmur2", "crc32", "fnv1a", "bytesum", "murmur2-salted", "random"}) {
        EXPECT_EQ(bucket(name, std::nullopt, 7), anywhere_at_all) << name;
    }
}

TEST(Reducer, treats_the_empty_key_as_a_key_except_where_the_original_does_not) {
    EXPECT_EQ(bucket("murmur2", "", 7), 0x106E'08D9U % 7U);
    EXPECT_EQ(bucket("sum16", "", 7), 0U);
    EXPECT_EQ(bucket("consistent", "", 7), 0U);
    EXPECT_EQ(bucket("sarama-crc32", "", 7), 0U);
    EXPECT_EQ(bucket("crc32", "", 7), anywhere_at_all);
    EXPECT_EQ(bucket("bytesum", "", 7), anywhere_at_all);
}

TEST(Reducer, refuses_a_bucket_that_does_not_exist) {
    const Reducer broken{"broken", [](PartitionKey key, std::uint32_t count) {
                             return key ? std::int64_t{count} : std::int64_t{-1};
                         }};
    EXPECT_EQ(broken.reduce("a", 5).error(), (ReducerMistake{.result = 5, .count = 5}));
    EXPECT_EQ(broken.reduce(std::nullopt, 5).error(), (ReducerMistake{.result = -1, .count = 5}));
}

TEST(Reducer, takes_user_code) {
    const Reducer by_length{"length", [](PartitionKey key, std::uint32_t count) {
                                return static_cast<std::int64_t>(key.value_or("").size() % count);
                            }};
    EXPECT_EQ(by_length.reduce("abcdef", 5).value(), 1U);
    EXPECT_EQ(by_length.built_in(), nullptr);
}

TEST(Reducer, is_found_by_each_of_its_names_and_by_no_other) {
    std::set<std::string_view> names;
    for (const BuiltInReducer& reducer : built_in_reducers()) {
        EXPECT_EQ(Reducer::named(reducer.name).value().name(), reducer.name);
        names.insert(reducer.name);
    }
    EXPECT_EQ(names.size(), built_in_reducers().size());
    EXPECT_FALSE(Reducer::named("md5").has_value());
}

}  // namespace odradek
