#include "engine/core/offsets/unfinished_offsets.h"

#include "odradek/contract.h"

#include "engine/base/random.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace odradek {

namespace {

std::vector<OffsetRange> gaps_of(const UnfinishedOffsets& set, OffsetRange range) {
    std::vector<OffsetRange> gaps;
    set.append_gaps(range, gaps);
    return gaps;
}

}  // namespace

TEST(UnfinishedOffsets, knows_its_first_and_the_gaps_between) {
    UnfinishedOffsets set;
    for (const std::int64_t offset : {10, 11, 13, 5000}) {
        set.add(Offset{offset});
    }
    EXPECT_EQ(set.first(), Offset{10});
    EXPECT_TRUE(set.remove(Offset{10}));
    EXPECT_FALSE(set.remove(Offset{10}));
    EXPECT_EQ(set.first(), Offset{11});
    const std::vector<OffsetRange> expected{
        {Offset{12}, Offset{13}}, {Offset{14}, Offset{5000}}, {Offset{5001}, Offset{5002}}};
    EXPECT_EQ(gaps_of(set, {Offset{11}, Offset{5002}}), expected);
    EXPECT_EQ(set.size(), 3U);
}

TEST(UnfinishedOffsets, refuses_an_offset_that_does_not_rise) {
    UnfinishedOffsets set;
    set.add(Offset{70});
    EXPECT_THROW(set.add(Offset{70}), ContractViolation);
    EXPECT_THROW(set.add(Offset{69}), ContractViolation);
    set.add(Offset{10'000});
    EXPECT_THROW(set.add(Offset{71}), ContractViolation);
}

TEST(UnfinishedOffsets, keeps_no_block_for_a_span_that_is_finished) {
    UnfinishedOffsets set;
    set.add(Offset{0});
    for (std::int64_t offset = 1; offset < 1'000'000; ++offset) {
        set.add(Offset{offset});
        set.remove(Offset{offset});
    }
    EXPECT_EQ(set.first(), Offset{0});
    EXPECT_EQ(set.size(), 1U);
    set.add(Offset{std::int64_t{1} << 60});
    set.remove(Offset{0});
    EXPECT_EQ(set.first(), (Offset{std::int64_t{1} << 60}));
}

TEST(UnfinishedOffsets, agrees_with_a_plain_set) {
    Random random{11};
    for (int round = 0; round < 50; ++round) {
        UnfinishedOffsets set;
        std::set<std::int64_t> model;
        std::int64_t end = random.between(0, 10'000);
        const std::int64_t start = end;
        for (int step = 0; step < 2'000; ++step) {
            if (model.empty() || random.chance({.part = 55, .whole = 100})) {
                end += random.between(0, random.chance({.part = 1, .whole = 100}) ? 9'000 : 3);
                set.add(Offset{end});
                model.insert(end);
                ++end;
            } else {
                const auto victim = std::next(
                    model.begin(), static_cast<std::ptrdiff_t>(random.below(model.size()))
                );
                ASSERT_TRUE(set.remove(Offset{*victim}));
                model.erase(victim);
            }
        }
        std::vector<OffsetRange> expected;
        std::int64_t gap = start;
        for (const std::int64_t offset : model) {
            if (gap < offset) expected.push_back({Offset{gap}, Offset{offset}});
            gap = offset + 1;
        }
        if (gap < end) expected.push_back({Offset{gap}, Offset{end}});
        ASSERT_EQ(gaps_of(set, {Offset{start}, Offset{end}}), expected);
        ASSERT_EQ(set.size(), model.size());
        if (!model.empty()) {
            ASSERT_EQ(set.first(), Offset{*model.begin()});
        }
    }
}

}  // namespace odradek
