#include "engine/base/lane_hash.h"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

std::uint64_t hash_of(const LaneHash& hash, const std::string& key, std::uint64_t domain = 0) {
    return hash(std::as_bytes(std::span{key}), domain);
}

}  // namespace

TEST(LaneHash, depends_on_every_byte_and_on_the_length) {
    const LaneHash hash{1};
    for (const std::size_t length : {1U, 7U, 8U, 9U, 16U, 17U, 40U}) {
        const std::string key(length, 'a');
        std::set<std::uint64_t> seen{hash_of(hash, key)};
        for (std::size_t at = 0; at < length; ++at) {
            std::string changed = key;
            changed[at] = 'b';
            seen.insert(hash_of(hash, changed));
        }
        seen.insert(hash_of(hash, key + std::string(1, '\0')));
        EXPECT_EQ(seen.size(), length + 2) << "length " << length;
    }
}

TEST(LaneHash, DC7_changes_with_salt_and_with_domain) {
    EXPECT_NE(hash_of(LaneHash{1}, "k"), hash_of(LaneHash{2}, "k"));
    EXPECT_NE(hash_of(LaneHash{1}, "k", 1), hash_of(LaneHash{1}, "k", 2));
    EXPECT_EQ(hash_of(LaneHash{1}, "k", 1), hash_of(LaneHash{1}, "k", 1));
}

TEST(LaneHash, fills_small_tables_evenly_with_numbered_keys) {
    const LaneHash hash{9};
    std::array<int, 64> load{};
    for (int number = 0; number < 64'000; ++number) {
        ++load.at(hash_of(hash, "customer-" + std::to_string(number)) % load.size());
    }
    for (const int count : load) {
        EXPECT_NEAR(count, 1000, 200);  // six standard deviations
    }
}

}  // namespace odradek
