#include "engine/tools/key_counter.h"

#include "engine/base/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

struct Stream {
    std::vector<std::string> keys;
    std::map<std::string, std::uint64_t> counts;
};

/// Some keys very often, many keys rarely; short and long ones.
Stream skewed_stream(std::size_t records, std::uint64_t distinct) {
    Stream stream;
    Random random{5};
    for (std::size_t i = 0; i < records; ++i) {
        const bool is_hot = random.chance({.part = 1, .whole = 50});
        const std::uint64_t id = is_hot ? 1 : random.below(1 + random.below(distinct));
        std::string key = "key-" + std::to_string(id);
        if (id % 3 == 0) key += "-with-a-tail-that-does-not-fit-inside";
        ++stream.counts[key];
        stream.keys.push_back(std::move(key));
    }
    return stream;
}

void count(KeyCounter& counter, const std::vector<std::string>& keys) {
    std::vector<KeyRecord> records;
    for (const std::string& key : keys) {
        records.push_back({.key = key});
    }
    counter.add(records);
}

class Sum final : public LoadSink {
public:
    void add(const CountedKey& key) override { weight += key.weight; }
    std::uint64_t weight = 0;
};

}  // namespace

TEST(KeyCounter, counts_every_key_exactly_below_its_limit) {
    const Stream stream = skewed_stream(50'000, 9'000);
    KeyCounter counter{{}, nullptr};
    count(counter, stream.keys);
    const KeyCensus census = counter.census();
    EXPECT_TRUE(census.is_exact());
    EXPECT_EQ(census.rows, 50'000U);
    EXPECT_EQ(census.weight, 50'000U);
    std::map<std::string, std::uint64_t> counted;
    for (const CountedKey& key : census.keys) {
        counted[std::string(key.key)] = key.weight;
    }
    EXPECT_EQ(counted, stream.counts);
    EXPECT_TRUE(std::ranges::is_sorted(census.heavy, std::greater<>{}, &HeavyKey::weight));
}

TEST(KeyCounter, keeps_its_promises_beyond_the_limit) {
    const Stream stream = skewed_stream(200'000, 60'000);
    Sum sink;
    KeyCounter counter{{.exact_keys_max = 4'000, .heavy_keys = 500}, &sink};
    count(counter, stream.keys);
    const KeyCensus census = counter.census();
    EXPECT_FALSE(census.is_exact());
    EXPECT_EQ(sink.weight, 200'000U);  // the lanes see every record
    EXPECT_LE(census.keys.size(), 4'000U);
    for (const CountedKey& key : census.keys) {  // sampled keys may have lost nothing
        EXPECT_EQ(key.weight, stream.counts.at(std::string(key.key)));
    }
    const auto distinct = static_cast<double>(stream.counts.size());
    EXPECT_NEAR(static_cast<double>(census.distinct()), distinct, 4 * distinct / std::sqrt(2'000));
    EXPECT_LE(census.heavy_error_max, 200'000U / 500U);
    for (const HeavyKey& key : census.heavy) {
        const std::uint64_t truth = stream.counts.at(key.key);
        EXPECT_GE(key.weight, truth);
        EXPECT_LE(key.weight - key.error, truth);
    }
    const auto hottest =
        std::ranges::max_element(stream.counts, {}, [](const auto& e) { return e.second; });
    EXPECT_EQ(census.heavy.front().key, hottest->first);
}

TEST(KeyCounter, calls_no_key_heavy_only_because_the_sketch_cannot_tell) {
    std::vector<std::string> keys;
    for (int i = 0; i < 30'000; ++i) {
        keys.push_back("once-" + std::to_string(i));
    }
    KeyCounter counter{{.exact_keys_max = 4'000, .heavy_keys = 500}, nullptr};
    count(counter, keys);
    const KeyCensus census = counter.census();
    EXPECT_EQ(census.sure_heavy, 0U);
    for (const HeavyKey& key : census.heavy) {
        EXPECT_EQ(key.weight, 1U);
    }
}

TEST(KeyCounter, keeps_null_keys_apart_from_empty_ones) {
    KeyCounter counter{{}, nullptr};
    const std::vector<KeyRecord> records{
        {.key = "", .weight = 2},
        {.key = "", .weight = 5, .has_key = false},
        {.key = "", .weight = 3, .has_key = false}};
    counter.add(records);
    const KeyCensus census = counter.census();
    EXPECT_EQ(census.distinct(), 1U);
    EXPECT_EQ(census.keys.front().weight, 2U);
    EXPECT_EQ(census.keyless_weight(), 8U);
    EXPECT_EQ(census.weight, 10U);
}

TEST(KeyCounter, counts_a_key_once_for_each_partition_it_was_found_in) {
    KeyCounter counter{{}, nullptr};
    const std::vector<KeyRecord> records{
        {.key = "a", .weight = 1, .partition = 0},
        {.key = "a", .weight = 2, .partition = 7},
        {.key = "a", .weight = 4, .partition = 7}};
    counter.add(records);
    const KeyCensus census = counter.census();
    ASSERT_EQ(census.keys.size(), 2U);
    EXPECT_EQ(census.keys[0], (CountedKey{.key = "a", .partition = 7, .weight = 6}));
    EXPECT_EQ(census.keys[1], (CountedKey{.key = "a", .partition = 0, .weight = 1}));
}

TEST(KeyCounter, gives_the_sink_each_partition_of_each_key_beyond_the_limit) {
    class Loads final : public LoadSink {
    public:
        void add(const CountedKey& key) override {
            weight[{std::string(key.key), key.partition}] += key.weight;
        }
        std::map<std::pair<std::string, std::int32_t>, std::uint64_t> weight;
    };
    Loads sink;
    KeyCounter counter{{.exact_keys_max = 10, .heavy_keys = 5}, &sink};
    std::vector<std::string> keys;
    for (int i = 0; i < 100; ++i) {
        keys.push_back("k" + std::to_string(i % 50));
    }
    std::vector<KeyRecord> records;
    for (int i = 0; i < 100; ++i) {
        records.push_back({.key = keys[static_cast<std::size_t>(i)], .partition = i / 50});
    }
    counter.add(records);
    (void)counter.census();
    EXPECT_EQ(sink.weight.size(), 100U);
    for (const auto& [place, weight] : sink.weight) {
        EXPECT_EQ(weight, 1U) << place.first;
    }
}

}  // namespace odradek
