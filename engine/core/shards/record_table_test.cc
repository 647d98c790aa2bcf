#include "engine/core/shards/record_table.h"

#include "odradek/contract.h"

#include "engine/base/random.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// What Shards does when it hands a record out.
WorkId hand_out(RecordTable& table, Slot slot) {
    ++table[slot].use;
    table[slot].state = RecordState::handed_out;
    return table.work_id(slot);
}

}  // namespace

TEST(RecordTable, never_gives_a_work_id_twice_however_slots_are_reused) {
    RecordTable table;
    Random random{11};
    std::vector<Slot> live;
    std::set<WorkId> given;
    for (int step = 0; step < 20'000; ++step) {
        const std::uint64_t choice = random.below(3);
        if (live.size() < 20 && choice == 0) {
            live.push_back(table.add());
        } else if (!live.empty() && choice == 1) {
            EXPECT_TRUE(given.insert(hand_out(table, live[random.below(live.size())])).second);
        } else if (!live.empty()) {
            const std::size_t at = random.below(live.size());
            table.remove(live[at]);
            live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
        }
        ASSERT_EQ(table.size(), live.size());
    }
    EXPECT_GT(given.size(), 5'000U);
    EXPECT_LE(table.slots_end(), 20U) << "slots are reused";
}

TEST(RecordTable, finds_the_present_hand_over_and_no_other) {
    RecordTable table;
    const Slot slot = table.add();
    const WorkId first = hand_out(table, slot);
    EXPECT_EQ(table.find(first), slot);
    const WorkId second = hand_out(table, slot);
    EXPECT_EQ(table.find(first), no_slot);
    EXPECT_EQ(table.find(second), slot);
    table.remove(slot);
    EXPECT_EQ(table.find(second), no_slot) << "its record is gone";
    ASSERT_EQ(table.add(), slot);
    EXPECT_EQ(table.find(WorkId{second.value() + (std::uint64_t{1} << 32U)}), no_slot)
        << "not handed out yet";
    EXPECT_EQ(table.find(WorkId{77}), no_slot) << "a slot that never was";
}

TEST(RecordTable, gives_a_reused_slot_nothing_of_the_record_before_it_but_the_use_count) {
    RecordTable table;
    const Slot slot = table.add();
    hand_out(table, slot);
    const std::byte key{7};
    table[slot].key = {&key, 1};
    table[slot].attempt = 3;
    table[slot].abandoned = true;
    table.remove(slot);
    ASSERT_EQ(table.add(), slot);
    const LiveRecord& fresh = table[slot];
    EXPECT_EQ(fresh.key.data(), nullptr);
    EXPECT_EQ(fresh.attempt, 0U);
    EXPECT_EQ(fresh.use, 1U);
    EXPECT_EQ(fresh.next, no_slot);
    EXPECT_FALSE(fresh.abandoned);
    EXPECT_EQ(fresh.state, RecordState::waiting);
}

TEST(RecordTable, refuses_to_remove_a_record_twice) {
    RecordTable table;
    const Slot slot = table.add();
    table.remove(slot);
    EXPECT_THROW(table.remove(slot), ContractViolation);
}

}  // namespace odradek
