#include "engine/core/shards/traversal.h"

#include "odradek/contract.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// Lanes of partitions, each with a record that waits.
class Ready {
public:
    Slot lane(std::uint32_t partition, std::uint32_t number) {
        const Slot shard = map.find_or_add(
            {.partition = PartitionIndex{partition},
             .kind = ShardKind::lane,
             .lane = VirtualPartition{number}}
        );
        map[shard].head = 0;
        return shard;
    }

    std::vector<Slot> take_all() {
        std::vector<Slot> taken;
        while (!traversal.is_empty()) {
            taken.push_back(traversal.take());
        }
        return taken;
    }

    RecordTable records;
    ShardMap map{records, 1};
    Traversal traversal{map};
};

}  // namespace

TEST(Traversal, gives_the_shards_of_a_partition_first_come_first_served) {
    Ready ready;
    const std::vector<Slot> lanes{ready.lane(0, 5), ready.lane(0, 1), ready.lane(0, 3)};
    for (const Slot lane : lanes) {
        ready.traversal.add(lane);
    }
    EXPECT_EQ(ready.take_all(), lanes);
    EXPECT_EQ(ready.traversal.take(), no_slot);
}

TEST(Traversal, takes_partitions_in_turns_however_many_shards_each_has) {
    Ready ready;
    const std::vector<Slot> busy{
        ready.lane(0, 0), ready.lane(0, 1), ready.lane(0, 2), ready.lane(0, 3)};
    for (const Slot lane : busy) {
        ready.traversal.add(lane);
    }
    const std::vector<Slot> quiet{ready.lane(4, 0), ready.lane(9, 0)};
    ready.traversal.add(quiet[0]);
    ready.traversal.add(quiet[1]);
    EXPECT_EQ(
        ready.take_all(),
        (std::vector<Slot>{busy[0], quiet[0], quiet[1], busy[1], busy[2], busy[3]})
    );
}

TEST(Traversal, lets_no_shard_wait_longer_than_partitions_times_shards) {
    constexpr std::uint32_t partitions = 5;
    constexpr std::uint32_t lanes = 8;
    Ready ready;
    for (std::uint32_t number = 0; number < partitions * lanes; ++number) {
        ready.traversal.add(ready.lane(number % partitions, number / partitions));
    }
    std::map<Slot, std::size_t> last;
    for (std::size_t turn = 0; turn < 4'000; ++turn) {
        const Slot shard = ready.traversal.take();
        ASSERT_NE(shard, no_slot);
        const auto [seen, is_first] = last.try_emplace(shard, turn);
        if (!is_first) {
            ASSERT_EQ(turn - seen->second, partitions * lanes);
            seen->second = turn;
        }
        ready.traversal.add(shard);  // it has more at once
    }
    EXPECT_EQ(last.size(), partitions * lanes);
}

TEST(Traversal, holds_a_shard_once_and_only_one_that_may_start) {
    Ready ready;
    const Slot lane = ready.lane(0, 0);
    ready.traversal.add(lane);
    ready.traversal.add(lane);
    EXPECT_EQ(ready.take_all(), (std::vector<Slot>{lane}));
    ready.map[lane].out = 1;
    EXPECT_THROW(ready.traversal.add(lane), ContractViolation);
}

TEST(Traversal, forgets_a_partition_wherever_its_turn_stands) {
    for (std::uint32_t gone = 0; gone < 3; ++gone) {
        Ready ready;
        std::vector<Slot> others;
        for (std::uint32_t partition = 0; partition < 3; ++partition) {
            const Slot lane = ready.lane(partition, 0);
            ready.traversal.add(lane);
            ready.traversal.add(ready.lane(partition, 1));
            if (partition != gone) others.push_back(lane);
        }
        ready.traversal.remove_partition(PartitionIndex{gone});
        ready.traversal.remove_partition(PartitionIndex{77});
        EXPECT_EQ(ready.traversal.take(), others[0]);
        EXPECT_EQ(ready.traversal.take(), others[1]);
        ready.traversal.add(ready.lane(gone, 1));
        EXPECT_EQ(ready.take_all().size(), 3U) << "two of the others, and the one that came back";
    }
}

}  // namespace odradek
