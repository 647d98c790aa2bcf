#include "engine/core/shards/shards.h"

#include "odradek/contract.h"

#include "engine/base/random.h"
#include "engine/core/shards/test_gate.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

TestGate gate;  // open

using testing::ElementsAre;

/// Shards beside a model that is plainly right: each lane is a list of offsets, and a lane that
/// keeps order is busy while one of its records is out or held.
class Model {
public:
    Model(Ordering ordering, NullKeys null_keys, std::uint64_t seed)
        : shards_(ordering, null_keys, seed)
        , ordering_(ordering)
        , null_keys_(null_keys)
        , random_(seed) {}

    void step() {
        switch (random_.below(9)) {
            case 0:
            case 1:
            case 2:
                return add();
            case 3:
            case 4:
                return take();
            case 5:
                return answer();
            case 6:
                return answer_all_of_a_run();
            case 7:
                return release_held();
            default:
                if (random_.chance({.part = 1, .whole = 6})) end_partition();
        }
    }

    void check() const {
        shards_.audit();
        std::size_t waiting = 0;
        std::size_t out = 0;
        for (const auto& [offset, record] : records_) {
            waiting += record.state == State::waiting || record.state == State::held ? 1U : 0U;
            out += record.state == State::out ? 1U : 0U;
        }
        ASSERT_EQ(shards_.waiting(), waiting);
        ASSERT_EQ(shards_.out(), out);
        ASSERT_EQ(released_, added_ - records_.size());
    }

    /// Every record is handed out and settled in the end.
    void finish_all() {
        for (int round = 0; round < 10'000 && !records_.empty(); ++round) {
            while (!held_.empty()) {
                release_held();
            }
            take();
            while (!runs_.empty()) {
                answer_all_of_a_run();
            }
        }
        EXPECT_TRUE(records_.empty());
        EXPECT_FALSE(shards_.has_ready());
        EXPECT_EQ(shards_.runs_out(), 0U);
        EXPECT_EQ(shards_.bytes(), 0U);
        check();
    }

private:
    enum class State { waiting, out, held };
    using Lane = std::pair<std::uint32_t, std::string>;  // partition and key
    struct Record {
        Lane lane;
        State state = State::waiting;
        std::uint32_t epoch = 0;
        WorkId work;
    };

    [[nodiscard]] bool keeps_order(const Lane& lane) const {
        if (ordering_ == Ordering::unordered) return false;
        return lane.second != "null" || null_keys_ == NullKeys::one_lane;
    }

    /// One to twenty records of a partition, as they are read.
    void add() {
        const auto partition = static_cast<std::uint32_t>(random_.below(3));
        std::vector<PolledRecord> batch;
        const std::uint64_t count = random_.chance({.part = 1, .whole = 2}) ? 1 : random_.below(21);
        for (std::uint64_t number = 0; number < count; ++number) {
            batch.push_back(draw_record(partition));
        }
        shards_.add(batch, {PartitionIndex{partition}, Epoch{epochs_[partition]}}, Instant{});
    }

    PolledRecord draw_record(std::uint32_t partition) {
        static const std::array<std::string, 4> keys{"null", "", "a", "b"};
        const std::string& key = keys.at(random_.below(4));
        const auto lane_number = static_cast<std::uint32_t>(random_.below(2));
        const std::int64_t offset = ++offset_;
        std::span<const std::byte> bytes;
        if (key != "null") bytes = std::as_bytes(std::span{buffers_.emplace_back(key)});
        if (key.empty()) bytes = {std::as_bytes(std::span{buffers_.back().data(), 0})};
        Lane lane{partition, key};
        if (ordering_ == Ordering::partition) lane.second = "all";
        if (ordering_ == Ordering::virtual_partition) lane.second = std::to_string(lane_number);
        records_[offset] = {.lane = lane, .epoch = epochs_[partition], .work = {}};
        ++added_;
        return {
            .offset = Offset{offset},
            .handle = RecordHandle{static_cast<std::uint64_t>(offset)},
            .key = bytes,
            .bytes = static_cast<std::uint32_t>(1 + random_.below(9)),
            .lane = VirtualPartition{lane_number}};
    }

    [[nodiscard]] bool is_busy(const Lane& lane) const {
        return std::ranges::any_of(records_, [&](const auto& entry) {
            return entry.second.lane == lane && entry.second.state != State::waiting;
        });
    }

    [[nodiscard]] std::optional<std::int64_t> first_waiting(const Lane& lane) const {
        for (const auto& [offset, record] : records_) {
            if (record.lane == lane && record.state == State::waiting) return offset;
        }
        return std::nullopt;
    }

    void take() {
        std::vector<WorkItem> work;
        const bool expected = std::ranges::any_of(records_, [&](const auto& entry) {
            const Record& record = entry.second;
            return record.state == State::waiting &&
                   !(keeps_order(record.lane) && is_busy(record.lane));
        });
        ASSERT_EQ(shards_.has_ready(), expected);
        ASSERT_EQ(
            shards_.take_run(static_cast<std::uint32_t>(1 + random_.below(3)), gate, work), expected
        );
        if (!expected) return;
        const Lane lane = records_.at(work[0].offset.value()).lane;
        ASSERT_TRUE(!keeps_order(lane) || !is_busy(lane));
        std::vector<std::int64_t> run;
        for (const WorkItem& item : work) {
            const std::int64_t offset = item.offset.value();
            ASSERT_EQ(first_waiting(lane), offset) << "a lane starts in offset order";
            ASSERT_EQ(item.continues_run, !run.empty());
            ASSERT_EQ(item.record.value(), static_cast<std::uint64_t>(offset));
            Record& record = records_.at(offset);
            record.state = State::out;
            record.work = item.work;
            run.push_back(offset);
        }
        runs_.push_back(std::move(run));
    }

    void settle(std::int64_t offset) {
        std::vector<RecordHandle> released;
        shards_.settle(shards_.find(records_.at(offset).work), released);
        ASSERT_THAT(released, ElementsAre(RecordHandle{static_cast<std::uint64_t>(offset)}));
        ++released_;
        records_.erase(offset);
    }

    /// The first of a run is done.
    void answer() {
        if (runs_.empty()) return;
        const std::size_t at = random_.below(runs_.size());
        std::vector<std::int64_t>& run = runs_[at];
        settle(run.front());
        run.erase(run.begin());
        if (run.empty()) runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    /// The first of a run is done or must be run again, the others come back unstarted.
    void answer_all_of_a_run() {
        if (runs_.empty()) return;
        const std::size_t at = random_.below(runs_.size());
        const std::vector<std::int64_t> run = runs_[at];
        runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(at));
        const bool is_abandoned =
            records_.at(run.front()).epoch != epochs_[records_.at(run.front()).lane.first];
        const bool fails = random_.chance({.part = 1, .whole = 2});
        for (const std::int64_t offset : run) {
            const Slot slot = shards_.find(records_.at(offset).work);
            if (is_abandoned || (offset == run.front() && !fails)) {
                settle(offset);
            } else if (offset == run.front()) {
                shards_.hold(slot, RecordState::held);
                records_.at(offset).state = State::held;
                held_.insert(offset);
            } else {
                shards_.put_back(slot);
                records_.at(offset).state = State::waiting;
            }
        }
    }

    void release_held() {
        if (held_.empty()) return;
        const std::int64_t offset = *held_.begin();
        held_.erase(offset);
        shards_.put_back(shards_.find(records_.at(offset).work));
        records_.at(offset).state = State::waiting;
    }

    /// The assignment ends: what waits is dropped, what is out is abandoned and keeps its lane
    /// busy.
    void end_partition() {
        const auto number = static_cast<std::uint32_t>(random_.below(3));
        const PartitionIndex partition{number};
        std::vector<RecordHandle> released;
        shards_.drop_waiting(partition, released);
        std::vector<RecordHandle> expected;
        for (auto entry = records_.begin(); entry != records_.end();) {
            const bool is_dropped =
                entry->second.lane.first == number && entry->second.state != State::out;
            if (is_dropped) {
                expected.emplace_back(static_cast<std::uint64_t>(entry->first));
                held_.erase(entry->first);
            }
            entry = is_dropped ? records_.erase(entry) : std::next(entry);
        }
        ASSERT_THAT(released, testing::UnorderedElementsAreArray(expected));
        released_ += released.size();
        const auto out = static_cast<std::size_t>(std::ranges::count_if(records_, [&](auto& entry) {
            return entry.second.lane.first == number && entry.second.epoch == epochs_[number];
        }));
        ASSERT_EQ(shards_.out(partition), out);
        ASSERT_EQ(shards_.abandon_out(partition), out);
        ASSERT_EQ(shards_.out(partition), 0U);
        ASSERT_EQ(shards_.waiting(partition), 0U);
        ++epochs_[number];
    }

    Shards shards_;
    Ordering ordering_;
    NullKeys null_keys_;
    Random random_;
    std::deque<std::string> buffers_;
    std::map<std::int64_t, Record> records_;  // by offset, which is unique over all partitions
    std::vector<std::vector<std::int64_t>> runs_;
    std::set<std::int64_t> held_;
    std::map<std::uint32_t, std::uint32_t> epochs_;
    std::int64_t offset_ = 0;
    std::size_t added_ = 0;
    std::size_t released_ = 0;
};

PolledRecord record(std::int64_t offset, std::span<const std::byte> key = {}) {
    return {
        .offset = Offset{offset},
        .handle = RecordHandle{static_cast<std::uint64_t>(offset)},
        .key = key,
        .bytes = 1};
}

constexpr AssignedPartition first_life{PartitionIndex{0}, Epoch{1}};

}  // namespace

class ShardsModel : public testing::TestWithParam<std::tuple<Ordering, NullKeys>> {};

TEST_P(ShardsModel, does_what_a_list_for_each_lane_does) {
    const auto [ordering, null_keys] = GetParam();
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Model model{ordering, null_keys, seed};
        for (int step = 0; step < 300; ++step) {
            model.step();
            model.check();
            if (HasFatalFailure()) FAIL() << "seed " << seed << ", step " << step;
        }
        model.finish_all();
        if (HasFailure()) FAIL() << "seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(
    every_order,
    ShardsModel,
    testing::Combine(
        testing::Values(
            Ordering::unordered, Ordering::partition, Ordering::key, Ordering::virtual_partition
        ),
        testing::Values(NullKeys::one_lane, NullKeys::unordered)
    )
);

TEST(Shards, counts_an_attempt_only_when_it_was_started) {
    Shards shards{Ordering::partition, NullKeys::one_lane, 1};
    shards.add(record(0), first_life, Instant{});
    std::vector<WorkItem> work;
    ASSERT_TRUE(shards.take_run(1, gate, work));
    EXPECT_EQ(work[0].attempt, 1U);
    shards.put_back(shards.find(work[0].work));
    ASSERT_TRUE(shards.take_run(1, gate, work));
    EXPECT_EQ(work[1].attempt, 1U) << "it came back unstarted";
    shards.hold(shards.find(work[1].work), RecordState::held);
    shards.put_back(shards.find(work[1].work));
    ASSERT_TRUE(shards.take_run(1, gate, work));
    EXPECT_EQ(work[2].attempt, 2U) << "it failed";
    EXPECT_EQ(shards.find(work[1].work), no_slot) << "an old hand-over";
}

TEST(Shards, keeps_a_key_busy_after_its_assignment_has_ended) {
    static constexpr std::array key{std::byte{'k'}};
    static constexpr std::array same{std::byte{'k'}};
    Shards shards{Ordering::key, NullKeys::one_lane, 1};
    shards.add(record(7, key), first_life, Instant{});
    std::vector<WorkItem> work;
    ASSERT_TRUE(shards.take_run(1, gate, work));
    std::vector<RecordHandle> released;
    shards.drop_waiting(PartitionIndex{0}, released);
    EXPECT_EQ(shards.abandon_out(PartitionIndex{0}), 1U);
    shards.add(record(3, same), {PartitionIndex{0}, Epoch{2}}, Instant{});
    EXPECT_FALSE(shards.has_ready());
    EXPECT_THROW(shards.put_back(shards.find(work[0].work)), ContractViolation)
        << "what was abandoned never runs again";
    shards.settle(shards.find(work[0].work), released);
    EXPECT_TRUE(shards.has_ready());
}

TEST(Shards, keeps_a_key_busy_when_the_rest_of_its_run_comes_back_before_its_head) {
    static constexpr std::array key{std::byte{'k'}};
    static constexpr std::array same{std::byte{'k'}};
    Shards shards{Ordering::key, NullKeys::one_lane, 1};
    shards.add(record(0, key), first_life, Instant{});
    shards.add(record(1, key), first_life, Instant{});
    std::vector<WorkItem> work;
    ASSERT_TRUE(shards.take_run(2, gate, work));
    ASSERT_EQ(work.size(), 2U);
    std::vector<RecordHandle> released;
    shards.drop_waiting(PartitionIndex{0}, released);
    EXPECT_EQ(shards.abandon_out(PartitionIndex{0}), 2U);
    shards.settle(shards.find(work[1].work), released);
    shards.add(record(0, same), {PartitionIndex{0}, Epoch{2}}, Instant{});
    EXPECT_FALSE(shards.has_ready()) << "the head still runs";
    shards.settle(shards.find(work[0].work), released);
    EXPECT_TRUE(shards.has_ready());
}

TEST(Shards, keeps_a_key_busy_while_the_dead_letter_topic_has_its_record) {
    Shards shards{Ordering::partition, NullKeys::one_lane, 1};
    shards.add(record(0), first_life, Instant{});
    shards.add(record(1), first_life, Instant{});
    std::vector<WorkItem> work;
    ASSERT_TRUE(shards.take_run(1, gate, work));
    shards.hold(shards.find(work[0].work), RecordState::dead_letter);
    EXPECT_EQ(shards.runs_out(), 0U) << "no worker has it";
    EXPECT_EQ(shards.out(), 1U);
    EXPECT_FALSE(shards.has_ready());
    std::vector<RecordHandle> released;
    shards.settle(shards.find(work[0].work), released);
    EXPECT_TRUE(shards.has_ready());
}

TEST(Shards, refuses_offsets_that_do_not_grow_in_a_lane) {
    Shards shards{Ordering::partition, NullKeys::one_lane, 1};
    shards.add(record(5), first_life, Instant{});
    EXPECT_THROW(shards.add(record(5), first_life, Instant{}), ContractViolation);
}

TEST(Shards, refuses_to_settle_what_only_waits) {
    Shards shards{Ordering::partition, NullKeys::one_lane, 1};
    shards.add(record(0), first_life, Instant{});
    std::vector<RecordHandle> released;
    EXPECT_THROW(shards.settle(0, released), ContractViolation);
}

TEST(Shards, PC15_sets_a_shard_aside_until_its_head_may_start) {
    Shards shards{Ordering::key, NullKeys::one_lane, 1};
    TestGate narrow;
    narrow.limit = Offset{1};
    const AssignedPartition partition{PartitionIndex{0}, Epoch{1}};
    const std::string key = "k";
    const std::string other = "o";
    shards.add({.offset = Offset{0}, .key = std::as_bytes(std::span{key})}, partition, Instant{});
    shards.add({.offset = Offset{1}, .key = std::as_bytes(std::span{other})}, partition, Instant{});
    std::vector<WorkItem> work;
    EXPECT_TRUE(shards.take_run(1, narrow, work));
    EXPECT_FALSE(shards.take_run(1, narrow, work)) << "offset 1 is refused";
    EXPECT_TRUE(shards.has_blocked(partition.partition));
    shards.audit();
    EXPECT_FALSE(shards.take_run(1, gate, work)) << "and is not asked for again by itself";
    shards.unblock(partition.partition, 1);
    EXPECT_TRUE(shards.take_run(1, gate, work));
    EXPECT_EQ(work.back().offset, Offset{1});
    shards.audit();
    std::vector<RecordHandle> released;
    shards.drop_waiting(partition.partition, released);
    EXPECT_FALSE(shards.has_blocked(partition.partition));
}

TEST(Shards, PC15_lets_what_has_run_once_always_run_again) {
    Shards shards{Ordering::unordered, NullKeys::one_lane, 1};
    TestGate narrow;
    narrow.limit = Offset{1};
    const AssignedPartition partition{PartitionIndex{0}, Epoch{1}};
    shards.add({.offset = Offset{0}}, partition, Instant{});
    shards.add({.offset = Offset{1}}, partition, Instant{});
    std::vector<WorkItem> work;
    EXPECT_TRUE(shards.take_run(1, narrow, work));
    EXPECT_FALSE(shards.take_run(1, narrow, work));
    const Slot slot = shards.find(work.front().work);
    shards.hold(slot, RecordState::held);
    shards.put_back(slot);
    narrow.limit = Offset{0};
    EXPECT_TRUE(shards.take_run(1, narrow, work)) << "though its lane is set aside";
    EXPECT_EQ(work.back().offset, Offset{0});
    EXPECT_EQ(work.back().attempt, 2U);
    EXPECT_FALSE(shards.take_run(1, narrow, work));
    shards.audit();
}

}  // namespace odradek
