#include "simulator/client/workers.h"

#include "simulator/broker/cluster_fixture.h"

#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class WorkersTest : public testing::Test {
protected:
    WorkersTest()
        : context_{
              .cluster = world_.cluster,
              .tracer = world_.tracer,
              .fate_of = world_.fate,
              .process = world_.scheduler.add_process()} {
        Log& log = world_.cluster.partition(PartitionNumber{0}).log;
        for (const char* key : {"a", "b", "poison", "d", "e"}) {
            log.append({.key = key, .value_bytes = 1}, Instant{});
        }
        std::vector<const Batch*> batches;
        log.read(Offset{0}, log.end(), 1U << 20U, batches);
        records_ = batches[0]->records;
    }

    Workers make(std::size_t count, HandlerSpec spec) {
        model_ = std::make_unique<HandlerModel>(std::move(spec), 1);
        return Workers{
            context_,
            ledger_,
            count,
            {.handler = [this]() -> const HandlerModel& { return *model_; }, .finished = [] {}}};
    }

    Job job(std::size_t record, bool continues) {
        return {record, {PartitionNumber{0}, &records_[record], Epoch{1}, 1}, continues};
    }

    static std::vector<std::pair<std::uint64_t, WorkResult>> results(Workers& workers) {
        std::vector<JobResult> taken;
        workers.take_results(taken);
        std::vector<std::pair<std::uint64_t, WorkResult>> all;
        for (const JobResult& result : taken)
            all.emplace_back(result.tag, result.result);
        return all;
    }

    using Results = std::vector<std::pair<std::uint64_t, WorkResult>>;

    ClusterFixture world_;
    ClientContext context_;
    Ledger ledger_{world_.tracer, world_.cluster, 0};
    std::unique_ptr<HandlerModel> model_;
    std::span<const LogRecord> records_;
};

TEST_F(WorkersTest, no_more_run_at_once_than_there_are_workers) {
    Workers workers = make(2, {.latency = Distribution::fixed(10ms)});
    for (std::size_t i = 0; i < 5; ++i)
        workers.submit(job(i, false));
    workers.start_idle();
    EXPECT_EQ(workers.running(), 2U);
    EXPECT_EQ(workers.waiting(), 3U);
    world_.wait(30ms);
    EXPECT_EQ(workers.running(), 0U);
    EXPECT_EQ(results(workers).size(), 5U);
}

TEST_F(WorkersTest, a_run_stops_at_the_first_that_is_not_done_and_the_rest_comes_back_unstarted) {
    Workers workers = make(2, {.latency = Distribution::fixed(10ms), .poison_keys = {"poison"}});
    for (std::size_t i = 0; i < 5; ++i)
        workers.submit(job(i, i > 0));
    workers.start_idle();
    EXPECT_EQ(workers.running(), 1U);
    world_.wait(1s);
    EXPECT_EQ(
        results(workers),
        (Results{
            {0, WorkResult::done},
            {1, WorkResult::done},
            {2, WorkResult::retry},
            {3, WorkResult::unstarted},
            {4, WorkResult::unstarted}})
    );
}

TEST_F(WorkersTest, PC6_a_batch_is_one_call_and_answers_for_each_of_its_jobs) {
    Workers workers = make(1, {.latency = Distribution::fixed(10ms), .poison_keys = {"poison"}});
    for (std::size_t i = 0; i < 5; ++i) {
        Job batched = job(i, i % 4 != 0);
        batched.is_batch = true;
        workers.submit(batched);
    }
    workers.start_idle();
    world_.wait(10ms);
    EXPECT_EQ(
        results(workers),
        (Results{
            {0, WorkResult::done},
            {1, WorkResult::done},
            {2, WorkResult::retry},
            {3, WorkResult::done}})
    );
    EXPECT_EQ(world_.sink.events[3].batch, 1U);
    EXPECT_EQ(world_.sink.events.back().batch, 2U) << "the second call has begun";
    workers.recall([](const HandledRecord&) { return true; });
    world_.wait(10ms);
    EXPECT_EQ(results(workers), (Results{{4, WorkResult::done}})) << "a call cannot be recalled";
}

TEST_F(WorkersTest, a_recall_gives_back_what_has_not_begun_and_lets_the_rest_finish) {
    Workers workers = make(1, {.latency = Distribution::fixed(10ms)});
    for (std::size_t i = 0; i < 3; ++i)
        workers.submit(job(i, i == 1));
    workers.start_idle();
    workers.recall([](const HandledRecord&) { return true; });
    EXPECT_EQ(results(workers), (Results{{2, WorkResult::unstarted}, {1, WorkResult::unstarted}}));
    world_.wait(1s);
    EXPECT_EQ(results(workers), (Results{{0, WorkResult::done}}));
}

TEST_F(WorkersTest, DC1_a_run_that_answers_later_frees_its_worker_and_ends_with_its_token) {
    Workers workers = make(
        1,
        {.latency = Distribution::fixed(1ms),
         .deferred_chance = {1, 1},
         .token_latency = Distribution::fixed(10ms),
         .double_chance = {1, 1}}
    );
    workers.submit(job(0, false));
    workers.submit(job(1, true));
    workers.start_idle();
    world_.wait(1ms);
    EXPECT_EQ(workers.running(), 0U);
    EXPECT_EQ(results(workers), (Results{{0, WorkResult::deferred}, {1, WorkResult::unstarted}}));
    EXPECT_EQ(world_.sink.events.size(), 1U) << "started, not finished";
    world_.wait(10ms);
    std::vector<TokenResult> tokens;
    workers.take_tokens(tokens);
    ASSERT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens[0].end, TokenEnd::finished);
    EXPECT_EQ(tokens[1].end, TokenEnd::finished_again);
    ASSERT_EQ(world_.sink.events.size(), 2U);
    EXPECT_EQ(world_.sink.events[1].detail, "done");
}

TEST_F(WorkersTest, DC1_an_expired_token_ends_its_run_once) {
    Workers workers = make(
        1,
        {.deferred_chance = {1, 1},
         .token_latency = Distribution::fixed(10ms),
         .leak_chance = {1, 1}}
    );
    workers.submit(job(0, false));
    workers.start_idle();
    workers.expire(0);
    world_.wait(1s);
    ASSERT_EQ(world_.sink.events.size(), 2U);
    EXPECT_EQ(world_.sink.events[1].detail, "retry");
    EXPECT_EQ(world_.sink.events[1].at, world_.sink.events[0].at);
    std::vector<TokenResult> tokens;
    workers.take_tokens(tokens);
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].end, TokenEnd::destroyed);
}

TEST_F(WorkersTest, the_ledger_holds_each_start_and_each_end) {
    Workers workers = make(1, {.latency = Distribution::fixed(10ms)});
    workers.submit(job(1, false));
    workers.start_idle();
    world_.wait(1s);
    ASSERT_EQ(world_.sink.events.size(), 2U);
    EXPECT_EQ(world_.sink.events[0].kind, TraceEvent::Kind::started);
    EXPECT_EQ(world_.sink.events[0].key, "b");
    EXPECT_EQ(world_.sink.events[1].kind, TraceEvent::Kind::finished);
    EXPECT_EQ(world_.sink.events[1].detail, "done");
    EXPECT_EQ(world_.sink.events[1].at - world_.sink.events[0].at, 10ms);
}

}  // namespace
}  // namespace odradek::sim
