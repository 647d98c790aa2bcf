// Parts of the engine beside plain second writings: turns of lanes and partitions, held work, what
// goes into one commit (PC-9, PC-10, PC-18).

#include "engine/base/random.h"
#include "engine/core/commit/commits.h"
#include "engine/core/completion/retry_queue.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/shards/shards.h"
#include "engine/core/shards/test_gate.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t partitions = 4;

/// Lanes that become ready and are handed out; how long each had to wait is counted.
class Turns {
public:
    explicit Turns(std::uint64_t seed)
        : random_(seed)
        , partitions_(static_cast<std::uint32_t>(random_.between(1, partitions)))
        , shards_(Ordering::virtual_partition, NullKeys::one_lane, seed) {}

    void step() {
        switch (random_.below(3)) {
            case 0:
                return add();
            case 1:
                return take();
            default:
                return settle();
        }
    }

    [[nodiscard]] std::uint64_t longest() const { return longest_; }

private:
    using Lane = std::pair<std::uint32_t, std::uint32_t>;

    void add() {
        const auto partition = static_cast<std::uint32_t>(random_.below(partitions_));
        // One lane has nearly all the records, as a hot key does.
        const auto lane = static_cast<std::uint32_t>(
            random_.chance({.part = 2, .whole = 3}) ? 0 : random_.below(12)
        );
        shards_.add(
            {.offset = Offset{next_offset_++},
             .handle = RecordHandle{1},
             .key = {},
             .lane = VirtualPartition{lane}},
            {PartitionIndex{partition}, Epoch{1}},
            {}
        );
        lane_of_[next_offset_ - 1] = {partition, lane};
        ++waiting_[{partition, lane}];
        note_ready({partition, lane});
    }

    /// A lane that can start gets its bound: all that is ahead of it in its partition, once for
    /// each partition.
    void note_ready(Lane lane) {
        if (waiting_[lane] == 0 || busy_.contains(lane) || due_.contains(lane)) return;
        std::uint64_t ahead = 0;
        for (const auto& [other, due] : due_) {
            ahead += other.first == lane.first ? 1 : 0;
        }
        due_[lane] = taken_ + (ahead + 1) * partitions_;
        ready_at_[lane] = taken_;
    }

    void take() {
        std::vector<WorkItem> work;
        TestGate gate;
        const bool has_taken = shards_.take_run(1, gate, work);
        RC_ASSERT(has_taken == !due_.empty());
        if (!has_taken) return;
        ++taken_;
        const Slot slot = shards_.find(work[0].work);
        for (const auto& [ready, due] : due_) {
            RC_ASSERT(taken_ <= due);  // nobody is passed over for longer than the bound
        }
        const std::uint32_t partition = work[0].partition.partition.value();
        const Lane own{partition, lane_at(work[0].offset)};
        longest_ = std::max(longest_, taken_ - ready_at_[own]);
        RC_ASSERT(due_.erase(own) == 1);
        --waiting_[own];
        busy_[own] = slot;
    }

    void settle() {
        if (busy_.empty()) return;
        auto at = busy_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random_.below(busy_.size())));
        const Lane lane = at->first;
        std::vector<RecordHandle> released;
        shards_.settle(at->second, released);
        busy_.erase(at);
        note_ready(lane);
    }

    [[nodiscard]] std::uint32_t lane_at(Offset offset) const {
        return lane_of_.at(offset.value()).second;
    }

    Random random_;
    std::uint32_t partitions_;
    Shards shards_;
    std::int64_t next_offset_ = 0;
    std::map<std::int64_t, Lane> lane_of_;
    std::map<Lane, std::uint64_t> waiting_;
    std::map<Lane, std::uint64_t>
        due_;  // of ready ones: the hand-over by which it must be its turn
    std::map<Lane, std::uint64_t> ready_at_;
    std::map<Lane, Slot> busy_;
    std::uint64_t taken_ = 0;
    std::uint64_t longest_ = 0;
};

}  // namespace

RC_GTEST_PROP(Fairness, PC18_no_lane_waits_longer_than_its_turn_in_every_partition, ()) {
    Turns turns{*rc::gen::arbitrary<std::uint64_t>()};
    for (int step = 0; step < 400; ++step) {
        turns.step();
    }
    RC_CLASSIFY(turns.longest() > 4, "waited for others");
}

RC_GTEST_PROP(RetryQueue, gives_back_what_a_plain_list_would, ()) {
    Random random{*rc::gen::arbitrary<std::uint64_t>()};
    RetryQueue queue;
    std::vector<std::pair<Instant, WorkId>> list;  // in the order of adding
    Instant now{};
    std::uint64_t next_work = 0;
    const auto earliest = [&] {
        return std::ranges::min_element(list, {}, [](const auto& entry) { return entry.first; });
    };
    bool has_forgotten = false;
    for (int step = 0; step < 300; ++step) {
        const std::uint64_t kind = random.below(10);
        if (kind < 5) {
            const Instant due = now + random.between(0, 20) * 1ms;
            queue.add(WorkId{++next_work}, due);
            list.emplace_back(due, WorkId{next_work});
        } else if (kind < 9) {
            now += random.between(0, 4) * 1ms;
            while (!list.empty() && earliest()->first <= now) {
                RC_ASSERT(queue.take_due(now) == earliest()->second);
                list.erase(earliest());
            }
            RC_ASSERT(queue.take_due(now) == std::nullopt);
        } else {
            const std::uint64_t rest = random.below(3);
            const auto is_gone = [&](WorkId work) { return work.value() % 3 == rest; };
            queue.forget_if(is_gone);
            std::erase_if(list, [&](const auto& entry) { return is_gone(entry.second); });
            has_forgotten = true;
        }
        RC_ASSERT(queue.size() == list.size());
        RC_ASSERT(
            queue.next_due() == (list.empty() ? std::nullopt : std::optional{earliest()->first})
        );
    }
    RC_CLASSIFY(has_forgotten, "forgot some");
}

/// Partitions with maps as long as they may be: a request has room for some of them only.
RC_GTEST_PROP(Commits, PC9_split_what_is_too_large_and_leave_nothing_out, ()) {
    Random random{*rc::gen::arbitrary<std::uint64_t>()};
    CommitOptions options;
    options.metadata_chars_max = random.chance({.part = 1, .whole = 2}) ? 30'000 : 4'096;
    Commits commits{options, {.units_max = options.metadata_chars_max}, Instant{}};
    Assignment assignment;
    const bool is_large = random.chance({.part = 1, .whole = 20});
    const auto count = static_cast<std::uint32_t>(is_large ? 130 : random.between(1, 40));
    std::map<PartitionIndex, OffsetMap> wanted;
    OffsetMap long_map{.next_to_read = Offset{0}, .completed = {}};
    std::int64_t at = 1;
    while (at < (is_large ? 60'000 : 500)) {
        const std::int64_t end = at + random.between(1, 3);
        long_map.completed.push_back({Offset{at}, Offset{end}});
        at = end + random.between(1, 3);
    }
    for (std::uint32_t number = 0; number < count; ++number) {
        const PartitionIndex partition{number};
        assignment.assign({partition, Epoch{1}});
        OwnedPartition& owned = *assignment.find(partition);
        owned.phase = OwnedPartition::Phase::reading;
        OffsetMap map = long_map;
        const std::size_t ranges = map.completed.size();
        map.completed.resize(is_large ? ranges - random.below(ranges / 8) : random.below(ranges));
        owned.progress = Progress{map};
        if (random.chance({.part = 1, .whole = 10})) continue;  // nothing new of this one
        owned.progress.admit(Offset{0});
        owned.progress.finish(Offset{0});
        wanted[partition] = owned.progress.snapshot();
    }
    // One interval goes by; every answer starts the rest of the round at once.
    const Instant now = Instant{} + options.interval;
    std::size_t requests = 0;
    while (requests < 1'000) {
        Effects effects;
        commits.plan(assignment, now, effects);
        const auto found = std::ranges::find_if(effects.others, [](const Effect& effect) {
            return std::holds_alternative<CommitOffsets>(effect);
        });
        if (found == effects.others.end()) break;
        ++requests;
        const auto& request = std::get<CommitOffsets>(*found);
        CommitAnswered answer{.commit = request.commit, .partitions = {}};
        std::size_t bytes = 0;
        for (const OffsetToCommit& offset : request.offsets) {
            bytes += 100 + offset.metadata.size();  // as the broker stores it, broker-model BM-215
            const auto map = decode(offset.metadata, offset.next_to_read, std::nullopt);
            RC_ASSERT(map.has_value());
            const auto expected = wanted.find(offset.partition.partition);
            RC_ASSERT(expected != wanted.end());  // wanted, and not sent before in this round
            RC_ASSERT(map->map.next_to_read == expected->second.next_to_read);
            wanted.erase(expected);
            answer.partitions.push_back({offset.partition, std::nullopt});
        }
        RC_ASSERT(bytes <= 1'048'588U);
        commits.answered(answer, assignment, now, effects);
    }
    RC_ASSERT(wanted.empty());
    RC_CLASSIFY(requests > 1, "more than one request");
}

}  // namespace odradek
