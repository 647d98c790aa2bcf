#include "engine/tools/space_saving.h"

#include "engine/base/random.h"
#include "engine/tools/key_table.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

struct Fed {
    SpaceSaving sketch;
    std::map<std::string, std::uint64_t> truth = {};
    std::uint64_t total = 0;

    /// Skewed keys in batches of `size` records.
    void feed(std::size_t batches, std::size_t size, std::uint64_t seed) {
        Random random{seed};
        for (std::size_t round = 0; round < batches; ++round) {
            std::map<std::string, std::uint64_t> batch;
            for (std::size_t i = 0; i < size; ++i) {
                batch[std::to_string(random.below(1 + random.below(3'000)))] += 1 + random.below(9);
            }
            add(batch);
        }
    }

    void add(const std::map<std::string, std::uint64_t>& batch) {
        std::vector<WeighedKey> weighed;
        for (const auto& [key, weight] : batch) {
            weighed.push_back({key, table_hash(key), weight});
            truth[key] += weight;
            total += weight;
        }
        sketch.add(weighed);
    }
};

void expect_promises(const Fed& fed, std::size_t capacity) {
    EXPECT_LE(fed.sketch.unseen_max(), fed.total / (capacity + 1));
    std::map<std::string, HeavyKey> counted;
    for (const HeavyKey& key : fed.sketch.heaviest(capacity)) {
        counted[key.key] = key;
        EXPECT_GE(key.weight, fed.truth.at(key.key));
        EXPECT_LE(key.weight - key.error, fed.truth.at(key.key));
        EXPECT_LE(key.error, fed.total / (capacity + 1));
    }
    for (const auto& [key, weight] : fed.truth) {
        if (!counted.contains(key)) {
            EXPECT_LE(weight, fed.sketch.unseen_max()) << key;
        }
    }
}

}  // namespace

TEST(SpaceSaving, never_counts_too_little_and_never_too_much_by_more_than_its_share) {
    for (const std::size_t size : {1UL, 7UL, 300UL, 5'000UL}) {
        Fed fed{.sketch = SpaceSaving{50}};
        fed.feed(20'000 / size, size, size);
        expect_promises(fed, 50);
    }
}

TEST(SpaceSaving, is_exact_while_every_key_has_a_counter) {
    Fed fed{.sketch = SpaceSaving{3}};
    fed.add({{"a", 5}, {"b", 1}});
    fed.add({{"a", 1}, {"c", 2}});
    EXPECT_EQ(fed.sketch.unseen_max(), 0U);
    EXPECT_EQ(
        fed.sketch.heaviest(2),
        (std::vector<HeavyKey>{{.key = "a", .weight = 6}, {.key = "c", .weight = 2}})
    );
}

TEST(SpaceSaving, replaces_the_lightest_key_and_says_what_it_may_have_missed) {
    Fed fed{.sketch = SpaceSaving{2}};
    fed.add({{"a", 5}, {"b", 1}});
    fed.add({{"c", 3}});
    EXPECT_EQ(fed.sketch.unseen_max(), 1U);  // b
    fed.add({{"b", 4}});
    const auto heaviest = fed.sketch.heaviest(2);
    ASSERT_EQ(heaviest.size(), 2U);
    EXPECT_EQ(heaviest[0], (HeavyKey{.key = "a", .weight = 5}));
    EXPECT_EQ(heaviest[1], (HeavyKey{.key = "b", .weight = 5, .error = 1}));
    EXPECT_EQ(fed.sketch.unseen_max(), 3U);  // c
}

}  // namespace odradek
