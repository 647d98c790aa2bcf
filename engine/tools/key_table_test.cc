#include "engine/tools/key_table.h"

#include "engine/base/random.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// Keys of all lengths around those at which the table stores and compares differently.
std::string key_of(std::uint64_t id) {
    std::string key = std::to_string(id);
    key.resize(id % 40, '.');
    return key + std::to_string(id);
}

std::map<std::string, std::uint64_t> contents(const KeyTable& table) {
    std::map<std::string, std::uint64_t> all;
    table.for_each([&](std::string_view key, std::uint64_t weight) {
        EXPECT_TRUE(all.emplace(key, weight).second) << key << " is there twice";
    });
    return all;
}

}  // namespace

TEST(KeyTable, holds_what_a_map_holds_while_it_grows) {
    Random random{3};
    KeyTable table{20'000};
    std::map<std::string, std::uint64_t> model;
    for (int i = 0; i < 100'000; ++i) {
        const std::string key = key_of(random.below(20'000));
        const std::uint64_t weight = random.below(5);
        table.add(key, table_hash(key), weight);
        model[key] += weight;
    }
    EXPECT_EQ(table.size(), model.size());
    EXPECT_EQ(contents(table), model);
}

TEST(KeyTable, forgets_exactly_the_keys_beyond_a_hash_and_finds_the_others) {
    KeyTable table{5'000};
    std::map<std::string, std::uint64_t> model;
    for (std::uint64_t round = 1; round <= 4; ++round) {
        for (std::uint64_t id = 0; id < 5'000; ++id) {
            const std::string key = key_of(id);
            if (table_hash(key) >= ~0ULL >> (round - 1)) continue;
            table.add(key, table_hash(key), 1);
            ++model[key];
        }
        table.keep_below(~0ULL >> round);
        std::erase_if(model, [&](const auto& entry) {
            return table_hash(entry.first) >= ~0ULL >> round;
        });
        ASSERT_EQ(contents(table), model);
    }
    EXPECT_GT(table.size(), 200U);
}

// Keys of one home slot at the end of the table: their run goes on at its beginning.
TEST(KeyTable, grows_with_a_run_of_keys_that_goes_over_its_end) {
    KeyTable table{2'000};
    std::map<std::string, std::uint64_t> model;
    for (std::uint64_t id = 0; model.size() < 12; ++id) {
        const std::string key = "end-" + std::to_string(id);
        if ((table_hash(key) & 1023U) < 1020) continue;
        table.add(key, table_hash(key), 1);
        model[key] = 1;
    }
    for (std::uint64_t id = 0; model.size() < 2'000; ++id) {
        const std::string key = key_of(id);
        table.add(key, table_hash(key), 1);
        model[key] = 1;
        if (model.size() % 97 == 0) {
            ASSERT_EQ(contents(table), model);
        }
    }
    EXPECT_EQ(contents(table), model);
}

TEST(KeyTable, is_empty_after_clear_and_takes_keys_again) {
    KeyTable table{100};
    const std::string key(50, 'x');
    table.add(key, table_hash(key), 7);
    table.clear();
    EXPECT_EQ(table.size(), 0U);
    EXPECT_TRUE(contents(table).empty());
    table.add(key, table_hash(key), 2);
    EXPECT_EQ(contents(table), (std::map<std::string, std::uint64_t>{{key, 2}}));
}

TEST(TableHash, differs_for_keys_that_differ_in_one_byte_or_in_length) {
    std::set<std::uint64_t> hashes;
    std::size_t keys = 0;
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string zeros(length, '\0');
        hashes.insert(table_hash(zeros));
        ++keys;
        for (std::size_t at = 0; at < length; ++at) {
            std::string changed = zeros;
            changed[at] = '\1';
            hashes.insert(table_hash(changed));
            ++keys;
        }
    }
    EXPECT_EQ(hashes.size(), keys);
}

}  // namespace odradek
