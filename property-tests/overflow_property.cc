// The offset map's limit as a law of the whole engine, with several partitions at once: whatever
// handlers do and in whatever order they finish, what is committed fits and says exactly what is
// done, no map is dropped, what has failed may always run again, and when the blockers end all is
// processed (PC-15).

#include "engine/base/random.h"
#include "engine/core/engine.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/metadata_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::uint32_t, 3> limits{40, 100, 1'000};
constexpr Duration retry_delay = 10ms;

/// A member that owns a few partitions; a plain set of done offsets for each is the truth.
class Member {
public:
    Member(std::uint64_t seed, std::uint32_t limit, MapFormat format)
        : random_(seed)
        , limit_(limit)
        , partitions_(random_.below(4) + 1)
        , stuck_{.part = random_.below(60), .whole = 100}
        , failing_{.part = random_.below(30), .whole = 100}
        , engine_(options(format), Instant{}) {
        PartitionsAssigned assigned;
        CommittedFetched fetched;
        for (std::uint32_t number = 0; number < partitions_.size(); ++number) {
            const AssignedPartition partition{PartitionIndex{number}, Epoch{1}};
            assigned.partitions.push_back(partition);
            fetched.offsets.push_back({.partition = partition, .next_to_read = Offset{0}});
        }
        send(assigned);
        send(fetched);
    }

    void run(std::int64_t records_each) {
        for (int step = 0; step < 400; ++step) {
            poll(records_each);
            for (std::uint64_t answers = random_.below(60); answers > 0; --answers) {
                if (!answer_one()) break;
            }
            if (random_.chance({.part = 1, .whole = 4})) wait(retry_delay);
        }
        RC_CLASSIFY(engine_.waiting() > 0, "records waited for room");
        blockers_end_ = true;
        const auto is_done = [&](const Partition& partition) {
            return partition.stored == records_each;
        };
        for (int step = 0; step < 100'000 && !std::ranges::all_of(partitions_, is_done); ++step) {
            poll(records_each);
            if (!answer_one()) wait(retry_delay);
        }
        RC_ASSERT(std::ranges::all_of(partitions_, is_done));
        RC_ASSERT(engine_.waiting() + engine_.in_flight() == 0U);
    }

private:
    struct Partition {
        std::int64_t polled = 0;
        std::int64_t stored = 0;
        std::set<std::int64_t> done;
        bool is_paused = false;
    };

    [[nodiscard]] EngineOptions options(MapFormat format) {
        constexpr std::array orderings{Ordering::unordered, Ordering::key};
        EngineOptions options{
            .ordering = orderings[random_.below(orderings.size())], .concurrency_max = 1'000'000};
        options.run_max = 1;  // each record is answered by itself
        options.retry.delay = retry_delay;
        options.commit.interval = 1ms;
        options.commit.metadata_chars_max = limit_;
        options.commit.offset_map = format;
        options.buffer.pause_after = 1ms;
        if (random_.chance({.part = 1, .whole = 2})) {
            options.commit.must_match = {{"virtual_partitions", "10"}};
        }
        return options;
    }

    void send(const Event& event) {
        Effects effects;
        engine_.handle(event, now_, effects);
        for (const WorkItem& item : effects.work) {
            take(item);
        }
        for (const Effect& effect : effects.others) {
            if (const auto* commit = std::get_if<CommitOffsets>(&effect))
                commit_.push_back(*commit);
            if (const auto* notice = std::get_if<Notice>(&effect)) {
                RC_ASSERT(notice->kind != Notice::Kind::map_cut);
            }
            if (const auto* pause = std::get_if<PausePartitions>(&effect)) set_paused(*pause, true);
            if (const auto* on = std::get_if<ResumePartitions>(&effect)) set_paused(*on, false);
        }
        answer_commits();
    }

    template <class Change>
    void set_paused(const Change& change, bool is_paused) {
        for (const PartitionIndex partition : change.partitions) {
            partitions_[partition.value()].is_paused = is_paused;
        }
    }

    void take(const WorkItem& item) {
        const auto record = std::pair{item.partition.partition.value(), item.offset.value()};
        due_.erase(record);
        const bool hangs = item.attempt == 1 && random_.chance(stuck_);
        (hangs ? stuck_work_ : work_).push_back(item);
    }

    /// The broker stores it, or loses it and says so.
    void answer_commits() {
        while (!commit_.empty()) {
            const CommitOffsets commit = commit_.front();
            commit_.erase(commit_.begin());
            CommitAnswered answer{.commit = commit.commit, .partitions = {}};
            const bool is_lost = random_.chance({.part = 1, .whole = 10});
            for (const OffsetToCommit& offset : commit.offsets) {
                check(offset);
                answer.partitions.push_back({offset.partition, {}});
                if (is_lost) {
                    answer.partitions.back().error = Error{Errc::commit_refused, "lost", ""};
                } else {
                    partition_of(offset.partition).stored = offset.next_to_read.value();
                }
            }
            send(answer);
        }
    }

    /// It fits, and it says what is done: no more, no less.
    void check(const OffsetToCommit& offset) {
        RC_ASSERT(count_units(offset.metadata) <= std::int64_t{limit_});
        const auto decoded = decode(offset.metadata, offset.next_to_read, std::nullopt);
        RC_ASSERT(decoded.has_value());
        std::vector<OffsetRange> ranges;
        for (const std::int64_t done : partition_of(offset.partition).done) {
            ranges.push_back({Offset{done}, Offset{done + 1}});
        }
        RC_ASSERT(decoded->map == make_offset_map(Offset{0}, std::move(ranges)));
    }

    Partition& partition_of(AssignedPartition partition) {
        return partitions_[partition.partition.value()];
    }

    void poll(std::int64_t records_each) {
        for (std::uint32_t number = 0; number < partitions_.size(); ++number) {
            Partition& partition = partitions_[number];
            const std::int64_t count =
                std::min(random_.between(0, 200), records_each - partition.polled);
            if (partition.is_paused || count == 0 || engine_.read_budget() == 0) continue;
            std::vector<PolledRecord> records;
            for (std::int64_t at = 0; at < count; ++at) {
                const std::string& key = keys_[random_.below(keys_.size())];
                records.push_back(
                    {.offset = Offset{partition.polled++},
                     .handle = RecordHandle{++handle_},
                     .key = std::as_bytes(std::span{key}),
                     .bytes = 10}
                );
            }
            send(RecordsPolled{{PartitionIndex{number}, Epoch{1}}, records});
        }
    }

    /// Any of the handlers ends; false where none can.
    bool answer_one() {
        if (blockers_end_ && work_.empty()) work_.swap(stuck_work_);
        if (work_.empty()) return false;
        const std::size_t picked = random_.below(work_.size());
        const WorkItem item = work_[picked];
        work_.erase(work_.begin() + static_cast<std::ptrdiff_t>(picked));
        FinishedWork finished{.work = item.work};
        if (!blockers_end_ && random_.chance(failing_)) {
            finished.result = WorkResult::retry;
            due_[{item.partition.partition.value(), item.offset.value()}] = now_ + retry_delay;
        } else {
            partition_of(item.partition).done.insert(item.offset.value());
        }
        send(WorkFinished{.finished = {&finished, 1}, .reasons = {}});
        return true;
    }

    /// Time goes by: what failed and is due runs again, whatever room there is.
    void wait(Duration span) {
        now_ += span;
        send(TimePassed{});
        for (const auto& [record, due_at] : due_) {
            RC_ASSERT(due_at > now_);
        }
    }

    Random random_;
    std::uint32_t limit_;
    std::vector<Partition> partitions_;
    Ratio stuck_;
    Ratio failing_;
    Engine engine_;
    Instant now_{};
    std::uint64_t handle_ = 0;
    bool blockers_end_ = false;
    std::vector<std::string> keys_{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    std::vector<CommitOffsets> commit_;
    std::vector<WorkItem> work_;
    std::vector<WorkItem> stuck_work_;  // in work until the blockers end
    std::map<std::pair<std::uint32_t, std::int64_t>, Instant> due_;
};

}  // namespace

RC_GTEST_PROP(
    Overflow,
    PC15_nothing_outgrows_the_limit_and_all_is_processed_when_the_blockers_end,
    (bool is_confluent)
) {
    const auto seed = *rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
    const std::uint32_t limit = limits.at(seed % limits.size());
    Member member{seed, limit, is_confluent ? MapFormat::confluent : MapFormat::odradek};
    // Enough that a map of every second one done would not fit the smaller limits by far.
    member.run(limit == 1'000 ? 3'000 : 1'500);
    RC_TAG(limit);
}

}  // namespace odradek
