// The whole core with batches (PC-6): what counts, what comes again, when a batch starts.

#include "engine/core/engine.h"

#include <deque>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

using Offsets = std::vector<std::int64_t>;

class EngineBatches : public testing::Test {
protected:
    void open(EngineOptions options) {
        options.retry.delay = 1s;
        engine.emplace(options, now);
        send(PartitionsAssigned{{partition}});
        send(CommittedFetched{{{.partition = partition, .next_to_read = Offset{0}}}});
    }

    void send(const Event& event) {
        effects.clear();
        engine->handle(event, now, effects);
        engine->audit();
        if (!effects.work.empty()) batch = effects.work;
        released += effects.released.size();
    }

    void poll(std::int64_t offset, const std::vector<std::string>& keys) {
        std::vector<PolledRecord> records;
        for (const std::string& key : keys) {
            const std::string& bytes = keys_.emplace_back(key);
            records.push_back(
                {.offset = Offset{offset},
                 .handle = RecordHandle{static_cast<std::uint64_t>(offset)},
                 .key = std::as_bytes(std::span{bytes}),
                 .bytes = 1}
            );
            ++offset;
        }
        send(RecordsPolled{partition, records});
    }

    void wait(Duration span) {
        now += span;
        send(TimePassed{});
    }

    /// Offsets of the batch that the last event brought; none if it brought none.
    [[nodiscard]] Offsets started() const {
        Offsets offsets;
        for (const WorkItem& item : effects.work) {
            offsets.push_back(item.offset.value());
        }
        return offsets;
    }

    /// Answers the newest batch, record by record.
    void finish(const std::vector<WorkResult>& results) {
        ASSERT_EQ(results.size(), batch.size());
        std::vector<FinishedWork> finished;
        for (std::size_t record = 0; record < batch.size(); ++record) {
            finished.push_back({.work = batch[record].work, .result = results[record]});
        }
        send(WorkFinished{.finished = finished, .reasons = {}});
    }

    const AssignedPartition partition{PartitionIndex{0}, Epoch{1}};
    Instant now{};
    std::optional<Engine> engine;
    Effects effects;
    std::vector<WorkItem> batch;
    std::size_t released = 0;

private:
    std::deque<std::string> keys_;
};

constexpr auto done = WorkResult::done;
constexpr auto retry = WorkResult::retry;
constexpr auto unstarted = WorkResult::unstarted;

}  // namespace

TEST_F(EngineBatches, PC6_a_batch_starts_full_or_after_its_latency) {
    open({.batch_size = 3, .batch_latency = 50ms});
    poll(0, {"a", "b"});
    EXPECT_EQ(started(), Offsets{});
    EXPECT_EQ(engine->next_deadline(), now + 50ms);
    poll(2, {"c", "d"});
    EXPECT_EQ(started(), (Offsets{0, 1, 2}));
    EXPECT_EQ(engine->next_deadline(), now + 50ms);
    wait(50ms);
    EXPECT_EQ(started(), Offsets{3});
    EXPECT_NE(engine->next_deadline(), now);
}

TEST_F(EngineBatches, PC6_a_paused_engine_has_no_deadline_for_its_batch) {
    open({.batch_size = 3, .batch_latency = 50ms});
    poll(0, {"a"});
    send(PauseRequested{});
    wait(1min);
    EXPECT_EQ(started(), Offsets{});
    EXPECT_FALSE(engine->next_deadline() && *engine->next_deadline() <= now);
    send(ResumeRequested{});
    EXPECT_EQ(started(), Offsets{0});
}

TEST_F(EngineBatches, PC6_a_drain_does_not_wait_for_a_batch_to_fill) {
    open({.batch_size = 3, .batch_latency = 1h});
    poll(0, {"a", "b"});
    send(CloseRequested{{.finish = Finish::buffered_too, .limit = 30s}});
    EXPECT_EQ(started(), (Offsets{0, 1}));
}

TEST_F(EngineBatches, PC6_a_failed_batch_comes_back_whole_and_in_halves) {
    open({.ordering = Ordering::partition, .batch_size = 4});
    poll(0, {"a", "b", "c", "d"});
    finish({retry, retry, retry, retry});
    EXPECT_EQ(started(), Offsets{});
    wait(1s);
    EXPECT_EQ(started(), (Offsets{0, 1}));
    EXPECT_EQ(effects.work[1].attempt, 2U);
    finish({done, done});
    EXPECT_EQ(started(), (Offsets{2, 3}));
}

TEST_F(EngineBatches, PC6_a_record_that_failed_holds_what_is_behind_it_in_its_lane_alone) {
    open({.batch_size = 10, .batch_latency = 1h});
    poll(0, {"a", "b", "a", "b"});
    wait(1h);
    finish({done, retry, done, done});
    EXPECT_EQ(released, 2U) << "offsets 0 and 2; 3 is behind 1";
    wait(1s);
    send(CloseRequested{{.finish = Finish::buffered_too, .limit = 30s}});
    EXPECT_EQ(started(), (Offsets{1, 3}));
    EXPECT_EQ(effects.work[0].attempt, 2U);
    EXPECT_EQ(effects.work[1].attempt, 1U) << "its first run did not count";
}

TEST_F(EngineBatches, PC6_records_without_an_outcome_run_again_as_if_they_had_not) {
    open({.batch_size = 4});
    poll(0, {"a", "b", "c", "d"});
    finish({done, retry, unstarted, unstarted});
    EXPECT_EQ(started(), (Offsets{2, 3}));
    EXPECT_EQ(effects.work[0].attempt, 1U);
}

TEST_F(EngineBatches, PC6_the_last_attempt_of_a_record_is_its_own) {
    open({.batch_size = 4, .retry = {.attempts_max = 2, .then = AfterLastAttempt::skip}});
    poll(0, {"a", "a", "b"});
    finish({retry, retry, retry});
    wait(1s);
    EXPECT_EQ(started().front(), 0);
    std::vector<WorkItem> all = effects.work;
    EXPECT_FALSE(all[1].continues_run) << "two batches of one record";
}

TEST_F(EngineBatches, PC6_a_record_given_up_on_lets_those_behind_it_count) {
    open({.batch_size = 4, .retry = {.attempts_max = 1, .then = AfterLastAttempt::skip}});
    poll(0, {"a", "a"});
    finish({retry, done});
    EXPECT_EQ(released, 2U);
}

TEST_F(EngineBatches, PC6_a_batch_of_a_revoked_partition_counts_in_lane_order) {
    open({.batch_size = 4});
    poll(0, {"a", "a", "b"});
    send(PartitionsRevoked{{PartitionIndex{0}}});
    finish({retry, done, done});
    const CommitOffsets* commit = nullptr;
    for (const Effect& effect : effects.others) {
        if (const auto* found = std::get_if<CommitOffsets>(&effect)) commit = found;
    }
    ASSERT_NE(commit, nullptr);
    EXPECT_EQ(commit->offsets[0].next_to_read, Offset{0});
    EXPECT_FALSE(commit->offsets[0].metadata.empty()) << "offset 2 is done above it";
    EXPECT_EQ(released, 3U);
}

}  // namespace odradek
