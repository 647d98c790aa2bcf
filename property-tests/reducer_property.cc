// Where keys land: the hashes against plain second writings of their published rules, nothing lost
// or doubled at any layout, and luck measured by the exact law of balls in bins (PS-8, VP-1, DC-7).

#include "engine/base/hash.h"
#include "engine/base/random.h"
#include "engine/tools/correlation.h"
#include "engine/tools/fair_hash.h"
#include "engine/tools/lane_loads.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

/// A law that holds by chance is called broken below this chance: once in a billion cases.
constexpr double significance = 1e-9;

/// murmur2 as Kafka's Java client describes it, with Java's signed integers and its shifts.
std::int32_t java_murmur2(const std::string& key) {
    const auto shifted = [](std::int32_t value, int bits) {  // >>> of Java
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(value) >> bits);
    };
    const auto times = [](std::int32_t one, std::int32_t other) {
        return static_cast<std::int32_t>(
            static_cast<std::uint32_t>(one) * static_cast<std::uint32_t>(other)
        );
    };
    const auto byte = [&](std::size_t at) {
        return static_cast<std::int32_t>(static_cast<unsigned char>(key[at]));
    };
    constexpr std::int32_t m = 0x5bd1e995;
    const auto length = static_cast<std::int32_t>(key.size());
    std::int32_t h = static_cast<std::int32_t>(0x9747b28cU) ^ length;
    std::size_t at = 0;
    for (; at + 4 <= key.size(); at += 4) {
        std::int32_t k = byte(at) + (byte(at + 1) << 8) + (byte(at + 2) << 16);
        k = static_cast<std::int32_t>(
            static_cast<std::uint32_t>(k) + (static_cast<std::uint32_t>(byte(at + 3)) << 24U)
        );
        k = times(k, m);
        k ^= shifted(k, 24);
        k = times(k, m);
        h = times(h, m) ^ k;
    }
    const std::size_t left = key.size() - at;
    if (left >= 3) h ^= byte(at + 2) << 16;
    if (left >= 2) h ^= byte(at + 1) << 8;
    if (left >= 1) h = times(h ^ byte(at), m);
    h ^= shifted(h, 13);
    h = times(h, m);
    return h ^ shifted(h, 15);
}

std::uint32_t bitwise_crc32(const std::string& key) {
    std::uint32_t crc = 0xFFFF'FFFFU;
    for (const char letter : key) {
        crc ^= static_cast<unsigned char>(letter);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB8'8320U : 0U);
        }
    }
    return ~crc;
}

std::uint32_t plain_fnv1a(const std::string& key) {
    std::uint64_t hash = 2'166'136'261U;
    for (const char letter : key) {
        hash = ((hash ^ static_cast<unsigned char>(letter)) * 16'777'619U) % 4'294'967'296U;
    }
    return static_cast<std::uint32_t>(hash);
}

std::uint64_t plain_sum(const std::string& key) {
    return std::accumulate(key.begin(), key.end(), std::uint64_t{0}, [](auto sum, char letter) {
        return sum + static_cast<unsigned char>(letter);
    });
}

std::uint32_t bucket(std::string_view reducer, const std::string& key, std::uint32_t count) {
    return Reducer::named(reducer)->reduce(key, count)->value_or(count);
}

/// Distinct keys as they are found in practice: numbers with a prefix, or random bytes.
std::vector<std::string> draw_keys(Random& random, std::uint64_t count) {
    const bool is_numbered = random.chance({.part = 1, .whole = 2});
    const std::string prefix = "user-" + std::to_string(random.below(1'000'000)) + "-";
    std::set<std::string> keys;
    while (keys.size() < count) {
        std::string key = prefix + std::to_string(keys.size());
        if (!is_numbered) {
            key.resize(8 + random.below(12));
            std::ranges::generate(key, [&] { return static_cast<char>(random.below(256)); });
        }
        keys.insert(std::move(key));
    }
    return {keys.begin(), keys.end()};
}

}  // namespace

// PS-8, the manual of Karafka: count 5.
TEST(Reducers, PS8_collide_where_the_reference_case_collides) {
    EXPECT_EQ(bucket("sum16", "0", 5), 3U);
    EXPECT_EQ(bucket("sum16", "5", 5), 3U);
    EXPECT_EQ(bucket("sum16", "14", 5), 1U);
    EXPECT_EQ(bucket("sum16", "23", 5), 1U);
}

RC_GTEST_PROP(Reducers, PS8_are_their_originals_bit_for_bit, (const std::string& text)) {
    Random random{*rc::gen::arbitrary<std::uint64_t>()};
    std::string key = text;
    if (random.chance({.part = 1, .whole = 20})) key.resize(70'000, '\xFF');  // past 16 bits of sum
    const std::uint32_t count = static_cast<std::uint32_t>(random.between(1, 100'000));
    const auto java = static_cast<std::uint32_t>(java_murmur2(key));
    RC_ASSERT(murmur2(key) == java);
    RC_ASSERT(murmur2_salted(key) == static_cast<std::uint32_t>(java_murmur2("s:" + key)));
    RC_ASSERT(crc32(key) == bitwise_crc32(key));
    RC_ASSERT(fnv1a(key) == plain_fnv1a(key));
    RC_ASSERT(byte_sum(key) == plain_sum(key));
    RC_ASSERT(bucket("murmur2", key, count) == (java & 0x7FFF'FFFFU) % count);
    RC_ASSERT(bucket("sum16", key, count) == (plain_sum(key) & 0xFFFFU) % count);
    if (!key.empty()) {
        RC_ASSERT(bucket("bytesum", key, count) == plain_sum(key) % count);
        RC_ASSERT(bucket("crc32", key, count) == bitwise_crc32(key) % count);
    }
    RC_CLASSIFY(key.empty(), "empty key");
    RC_CLASSIFY((java & 0x8000'0000U) != 0, "negative hash");
    RC_CLASSIFY(plain_sum(key) > 0xFFFF, "sum beyond sixteen bits");
}

RC_GTEST_PROP(Reducers, put_each_record_in_one_lane_and_one_segment, ()) {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    Random random{seed};
    const auto reducers = built_in_reducers();
    const auto draw = [&] { return Reducer{reducers[random.below(reducers.size())]}; };
    const Layout layout{
        .partitioner = draw(),
        .partitions = static_cast<std::uint32_t>(random.between(1, 40)),
        .reducer = draw(),
        .virtual_partitions = static_cast<std::uint32_t>(random.between(0, 30)),
        .segment_reducer = draw(),
        .segments = static_cast<std::uint32_t>(random.between(0, 12))};
    LaneLoads loads{layout};
    std::uint64_t total = 0;
    for (const std::string& key : draw_keys(random, random.below(200))) {
        const std::uint64_t weight = random.below(50);
        loads.add_distinct({.key = key, .weight = weight});
        total += weight;
        for (const auto& [reducer, count] :
             {std::pair{&*layout.partitioner, layout.partitions},
              std::pair{&layout.segment_reducer, std::max(layout.segments, 1U)}}) {
            const auto once = reducer->reduce(key, count);
            RC_ASSERT(once.has_value());
            RC_ASSERT(once->value_or(0) < count);
            RC_ASSERT(
                *once == *reducer->reduce(std::string(key), count)
            );  // equal bytes, equal place
        }
    }
    const std::uint64_t keyless = random.below(1'000);
    loads.add_keyless(-1, keyless);
    total += keyless;
    RC_ASSERT(loads.mistakes().empty());
    const auto sum = [](const BucketLoads& buckets) {
        return std::accumulate(buckets.weight.begin(), buckets.weight.end(), std::uint64_t{0});
    };
    RC_ASSERT(sum(loads.partitions()) == total);
    if (layout.virtual_partitions > 0) RC_ASSERT(sum(loads.lanes()) == total);
    if (layout.segments > 0) RC_ASSERT(sum(loads.segments()) == total);
    RC_CLASSIFY(keyless > 0, "records without key");
}

RC_GTEST_PROP(Reducers, load_their_fullest_lane_as_the_exact_law_allows, ()) {
    Random random{*rc::gen::arbitrary<std::uint64_t>()};
    constexpr std::array names{"murmur2", "murmur2-salted", "crc32", "fnv1a"};
    const std::string name = names.at(random.below(2));
    const auto lanes = static_cast<std::uint32_t>(random.between(2, 60));
    const std::uint64_t count = random.below(600) + 1;
    std::vector<std::uint64_t> load(lanes);
    for (const std::string& key : draw_keys(random, count)) {
        ++load[bucket(name, key, lanes)];
    }
    const std::uint64_t most = std::ranges::max(load);
    const double below = most == 0 ? 0 : fair_maximum_chance(count, lanes, most - 1);
    RC_ASSERT(1 - below > significance);                                // not too full
    RC_ASSERT(fair_maximum_chance(count, lanes, most) > significance);  // nor too even
    RC_CLASSIFY(count > lanes, "more keys than lanes");
}

// Means and variances of many independent key sets against the exact ones: 5 deviations.
TEST(Reducers, occupy_and_collide_as_balls_in_bins_do) {
    for (const char* name : {"murmur2", "murmur2-salted"}) {
        for (const auto& [count, lanes] : {std::pair{30U, 10U}, {100U, 100U}, {40U, 200U}}) {
            constexpr int trials = 2'000;
            double used = 0;
            double collisions = 0;
            for (int trial = 0; trial < trials; ++trial) {
                Random random{static_cast<std::uint64_t>(trial)};
                std::vector<std::uint64_t> load(lanes);
                for (const std::string& key : draw_keys(random, count)) {
                    ++load[bucket(name, key, lanes)];
                }
                const auto empty = std::ranges::count(load, 0U);
                used += static_cast<double>(lanes) - static_cast<double>(empty);
                for (const std::uint64_t keys : load) {
                    collisions +=
                        static_cast<double>(keys * (keys - std::min<std::uint64_t>(keys, 1)) / 2);
                }
            }
            const double m = lanes;
            const double n = count;
            const double p = std::pow(1 - 1 / m, n);
            const double pair = std::pow(1 - 2 / m, n);
            const double used_variance = m * (m - 1) * pair + m * p - m * m * p * p;
            EXPECT_NEAR(expected_lanes_used(n, m), m * (1 - p), 1e-9);
            EXPECT_NEAR(used / trials, m * (1 - p), 5 * std::sqrt(used_variance / trials)) << name;
            // Two given keys meet with chance 1/m, independently of any other pair.
            const double pairs = n * (n - 1) / 2;
            EXPECT_NEAR(
                collisions / trials, pairs / m, 5 * std::sqrt(pairs / m * (1 - 1 / m) / trials)
            ) << name;
        }
    }
}

RC_GTEST_PROP(Reducers, DC7_are_correlated_when_one_hash_is_taken_twice_and_not_when_salted, ()) {
    Random random{*rc::gen::arbitrary<std::uint64_t>()};
    // A common divisor: without one the same hash taken twice is independent (Chinese remainders).
    const auto divisor = static_cast<std::uint32_t>(random.between(2, 5));
    const std::uint32_t partitions = divisor * static_cast<std::uint32_t>(random.between(1, 4));
    const std::uint32_t lanes = divisor * static_cast<std::uint32_t>(random.between(1, 4));
    const std::vector<std::string> keys = draw_keys(random, std::uint64_t{20} * partitions * lanes);
    const auto correlation = [&](const char* reducer) {
        std::vector<std::uint64_t> counts(std::size_t{partitions} * lanes);
        for (const std::string& key : keys) {
            ++counts[bucket("murmur2", key, partitions) * lanes + bucket(reducer, key, lanes)];
        }
        return correlate(counts, lanes);
    };
    RC_ASSERT(correlation("murmur2").p_value < significance);
    RC_ASSERT(correlation("murmur2-salted").p_value > significance);
}

}  // namespace odradek
