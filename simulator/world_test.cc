#include "simulator/world.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;
using Kind = TraceEvent::Kind;

/// Keeps everything.
class Recorder final : public TraceSink {
public:
    void observe(const TraceEvent& event) override { events.push_back(event); }

    [[nodiscard]] std::vector<TraceEvent> of(Kind kind) const {
        std::vector<TraceEvent> chosen;
        std::ranges::copy_if(events, std::back_inserter(chosen), [kind](const TraceEvent& event) {
            return event.kind == kind;
        });
        return chosen;
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const TraceEvent& e : events) {
            all.push_back(
                std::to_string(e.at.time_since_epoch().count()) + " " +
                std::to_string(static_cast<int>(e.kind)) + " m" + std::to_string(e.member) + " " +
                std::to_string(e.topic) + "-" + std::to_string(e.partition.value()) + "@" +
                std::to_string(e.offset.value()) + " e" + std::to_string(e.epoch.value()) + " a" +
                std::to_string(e.attempt) + " " + e.key + " " + e.detail
            );
        }
        return all;
    }

    std::vector<TraceEvent> events;
};

WorldOptions plain(int members = 1, int partitions = 2) {
    WorldOptions options;
    options.seed = 7;
    options.topics = {{.name = "orders", .partitions = partitions}};
    for (int i = 0; i < members; ++i) {
        MemberSpec member;
        member.engine.commit.interval = 100ms;
        member.client.session_timeout = 10s;
        member.client.heartbeat_interval = 1s;
        member.handler.latency = Distribution::uniform(0ms, 5ms);
        options.members.push_back(std::move(member));
    }
    return options;
}

void produce(World& world, int records, int keys = 10) {
    for (int i = 0; i < records; ++i) {
        const std::string key = "key-" + std::to_string(i % keys);
        const int partition = (i % keys) % world.partition_count(0);
        world.produce({.topic = 0, .partition = PartitionId{partition}, .key = key});
    }
}

/// Every record of the log has a handler that finished it with done.
void expect_all_done(const World& world, const Recorder& trace) {
    std::set<std::tuple<int, std::int64_t>> done;
    for (const TraceEvent& event : trace.of(Kind::finished)) {
        if (event.detail != "done") continue;
        done.emplace(event.partition.value(), event.offset.value());
    }
    for (const TraceEvent& event : trace.of(Kind::produced)) {
        if (!world.has_record(event.topic, event.partition, event.offset)) continue;
        EXPECT_TRUE(done.contains({event.partition.value(), event.offset.value()}))
            << "partition " << event.partition.value() << " offset " << event.offset.value();
    }
    EXPECT_EQ(world.contract_violations(), std::vector<std::string>{});
}

TEST(World, one_member_handles_and_commits_everything) {
    Recorder trace;
    World world{plain(), trace};
    produce(world, 1000);
    EXPECT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
    expect_all_done(world, trace);
    EXPECT_EQ(world.handled(), 1000U);
    EXPECT_EQ(world.committed("group", 0, PartitionId{0})->next_to_read, Offset{500});
}

TEST(World, a_key_never_overlaps_itself_and_keeps_its_order) {
    Recorder trace;
    World world{plain(), trace};
    produce(world, 500, 7);
    ASSERT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
    std::map<std::string, std::int64_t> running;
    std::map<std::string, std::int64_t> last;
    for (const TraceEvent& event : trace.events) {
        const std::string lane = std::to_string(event.partition.value()) + event.key;
        if (event.kind == Kind::started) {
            EXPECT_FALSE(running.contains(lane));
            running[lane] = event.offset.value();
        } else if (event.kind == Kind::finished) {
            running.erase(lane);
            EXPECT_LT(last.contains(lane) ? last[lane] : -1, event.offset.value());
            last[lane] = event.offset.value();
        }
    }
}

TEST(World, TK2_the_same_seed_gives_the_same_trace) {
    std::vector<std::vector<std::string>> runs;
    for (int run = 0; run < 2; ++run) {
        Recorder trace;
        World world{plain(3, 6), trace};
        produce(world, 500);
        world.schedule(Instant{2s}, [&world] { world.crash_member(1); });
        world.schedule(Instant{4s}, [&world] { world.restart_member(1); });
        world.schedule(Instant{5s}, [&world] { produce(world, 500); });
        world.run_until(Instant{40s});
        runs.push_back(trace.lines());
    }
    EXPECT_GT(runs[0].size(), 2000U);
    ASSERT_EQ(runs[0].size(), runs[1].size());
    for (std::size_t i = 0; i < runs[0].size(); ++i)
        ASSERT_EQ(runs[0][i], runs[1][i]);
}

TEST(World, another_seed_gives_another_trace) {
    std::vector<std::vector<std::string>> runs;
    for (const std::uint64_t seed : {1U, 2U}) {
        Recorder trace;
        WorldOptions options = plain();
        options.seed = seed;
        World world{options, trace};
        produce(world, 100);
        world.run_until(Instant{10s});
        runs.push_back(trace.lines());
    }
    EXPECT_NE(runs[0], runs[1]);
}

TEST(World, a_second_member_takes_its_share_and_nothing_is_lost) {
    for (const Assignor assignor : {Assignor::range, Assignor::cooperative_sticky}) {
        Recorder trace;
        WorldOptions options = plain(2, 4);
        for (MemberSpec& member : options.members)
            member.client.assignor = assignor;
        options.members[1].started = false;
        World world{options, trace};
        for (int second = 0; second < 20; ++second) {
            world.schedule(Instant{second * 1s}, [&world] { produce(world, 100, 20); });
        }
        world.schedule(Instant{5s}, [&world] { world.restart_member(1); });
        world.run_until(Instant{20s});
        EXPECT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
        expect_all_done(world, trace);
        std::set<int> of_second;
        for (const TraceEvent& event : trace.of(Kind::finished)) {
            if (event.member == 1) of_second.insert(event.partition.value());
        }
        EXPECT_EQ(of_second.size(), 2U);
    }
}

TEST(World, what_a_crashed_member_had_is_done_by_another_BM_100) {
    Recorder trace;
    World world{plain(2, 4), trace};
    for (int second = 0; second < 20; ++second) {
        world.schedule(Instant{second * 1s}, [&world] { produce(world, 100, 20); });
    }
    world.schedule(Instant{7s + 3ms}, [&world] { world.crash_member(0); });
    world.run_until(Instant{20s});
    EXPECT_TRUE(world.run_until_idle(Instant{90s})) << world.pending();
    expect_all_done(world, trace);
}

TEST(World, a_clean_stop_commits_and_nothing_is_replayed) {
    Recorder trace;
    World world{plain(1, 2), trace};
    for (int i = 0; i < 50; ++i) {
        world.schedule(Instant{i * 100ms}, [&world] { produce(world, 20, 5); });
    }
    world.schedule(Instant{2s + 3ms}, [&world] { world.stop_member(0, {}); });
    world.schedule(Instant{10s}, [&world] { world.restart_member(0); });
    world.run_until(Instant{11s});
    EXPECT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
    expect_all_done(world, trace);
    EXPECT_EQ(world.handled(), 1000U);
    EXPECT_EQ(trace.of(Kind::member_down).size(), 1U);
    EXPECT_EQ(trace.of(Kind::member_down)[0].detail, "closed");
}

TEST(World, a_commit_whose_answer_is_lost_was_stored_BM_321) {
    Recorder trace;
    World world{plain(), trace};
    world.lose_next_commit_answer(0);
    produce(world, 100);
    EXPECT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
    expect_all_done(world, trace);
}

TEST(World, what_fails_to_the_end_becomes_a_dead_letter_and_counts_as_done) {
    Recorder trace;
    WorldOptions options = plain(1, 1);
    options.members[0].engine.retry = {
        .delay = 10ms, .attempts_max = 3, .then = AfterLastAttempt::dead_letter};
    options.members[0].handler.poison_keys = {"key-3"};
    World world{options, trace};
    produce(world, 20);
    EXPECT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
    EXPECT_EQ(world.contract_violations(), std::vector<std::string>{});
    const std::vector<TraceEvent> acknowledged = trace.of(Kind::acknowledged);
    ASSERT_EQ(acknowledged.size(), 2U);
    EXPECT_EQ(acknowledged[0].offset, Offset{3});
    EXPECT_EQ(acknowledged[1].offset, Offset{13});
    EXPECT_EQ(acknowledged[0].detail, "dead-letters");
    EXPECT_EQ(trace.of(Kind::sent).size(), 2U);
}

TEST(World, a_failure_that_stops_the_engine_ends_the_process_with_its_cause) {
    Recorder trace;
    WorldOptions options = plain(1, 1);
    options.members[0].engine.retry = {
        .delay = 10ms, .attempts_max = 1, .then = AfterLastAttempt::stop};
    options.members[0].handler.poison_keys = {"key-3"};
    World world{options, trace};
    produce(world, 5);
    world.run_until(Instant{60s});
    EXPECT_FALSE(world.is_up(0));
    ASSERT_EQ(trace.of(Kind::member_down).size(), 1U);
    EXPECT_NE(trace.of(Kind::member_down)[0].detail, "closed");
    EXPECT_LE(world.committed("group", 0, PartitionId{0})->next_to_read, Offset{3});
    EXPECT_NE(world.pending(), "");
}

TEST(World, two_groups_read_the_same_topic_apart) {
    Recorder trace;
    WorldOptions options = plain(2, 2);
    options.members[1].group = "other";
    World world{options, trace};
    produce(world, 100);
    EXPECT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
    EXPECT_EQ(world.handled(), 200U);
}

TEST(World, a_paused_member_reads_nothing_and_stays_a_member) {
    Recorder trace;
    World world{plain(1, 1), trace};
    world.run_until(Instant{3s});
    world.pause_member(0);
    world.schedule(Instant{4s}, [&world] { produce(world, 50); });
    world.run_until(Instant{30s});
    EXPECT_EQ(world.handled(), 0U);
    EXPECT_TRUE(trace.of(Kind::lost).empty());
    world.resume_member(0);
    EXPECT_TRUE(world.run_until_idle(Instant{60s})) << world.pending();
    EXPECT_EQ(world.handled(), 50U);
}

TEST(World, thinking_that_costs_time_makes_the_engine_slower) {
    std::vector<Duration> spans;
    for (const Duration per_record : {Duration{0}, Duration{1ms}}) {
        Recorder trace;
        WorldOptions options = plain(1, 1);
        options.members[0].handler.latency = {};
        options.members[0].cost.per_record = per_record;
        World world{options, trace};
        produce(world, 1000, 100);
        EXPECT_TRUE(world.run_until_idle(Instant{300s})) << world.pending();
        spans.push_back(trace.of(Kind::finished).back().at - trace.of(Kind::started).front().at);
    }
    EXPECT_EQ(spans[0], 0ns);
    EXPECT_GE(spans[1], 1s);
}

TEST(World, a_fast_clock_commits_earlier) {
    std::vector<Instant> first_commits;
    for (const std::int64_t ppm : {0, 100'000}) {
        Recorder trace;
        WorldOptions options = plain(1, 1);
        options.members[0].engine.commit.interval = 10s;
        options.members[0].clock_drift_ppm = ppm;
        World world{options, trace};
        produce(world, 10);
        world.run_until(Instant{30s});
        ASSERT_FALSE(trace.of(Kind::committed).empty());
        first_commits.push_back(trace.of(Kind::committed).front().at);
    }
    EXPECT_LT(first_commits[1] + 500ms, first_commits[0]);
}

}  // namespace
}  // namespace odradek::sim
