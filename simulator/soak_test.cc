// Many seeds, each with its own members, load and faults; what must hold whatever happens.

#include "engine/base/random.h"
#include "simulator/client/workers.h"
#include "simulator/world.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;
using Kind = TraceEvent::Kind;

/// Judges the trace as it comes. These are rough twins of the checkers: the simulator's own tests
/// must not depend on them.
class Judge final : public TraceSink {
public:
    void observe(const TraceEvent& event) override {
        ++events_;
        switch (event.kind) {
            case Kind::produced:
                produced_.insert(place(event));
                break;
            case Kind::started:
                started(event);
                break;
            case Kind::finished:
                finished(event);
                break;
            case Kind::committed:
                committed(event);
                break;
            case Kind::assigned:
                owned(event, true);
                break;
            case Kind::revoked:
            case Kind::lost:
                owned(event, false);
                break;
            case Kind::member_down:
                std::erase_if(running_, [&](const auto& lane) {
                    return lane.first == event.member;
                });
                std::erase_if(owned_, [&](const auto& key) {
                    return std::get<0>(key) == event.member;
                });
                break;
            case Kind::probe:
                probes.insert(event.detail);
                break;
            case Kind::fault_on:
                if (event.detail == "compacted away") done_.insert(place(event));
                if (event.detail == "log start")
                    log_start_[partition(event)] = event.offset.value();
                break;
            case Kind::paused:
                probes.insert("paused");
                break;
            case Kind::polled:
            case Kind::sent:
            case Kind::metered:
            case Kind::acknowledged:
            case Kind::commit_failed:
            case Kind::resumed:
            case Kind::member_up:
            case Kind::fault_off:
            case Kind::note:
                break;
        }
        hash_ = (hash_ ^ static_cast<std::uint64_t>(event.at.time_since_epoch().count())) *
                0x100000001B3U;
        hash_ = (hash_ ^ static_cast<std::uint64_t>(event.kind)) * 0x100000001B3U;
        hash_ = (hash_ ^ static_cast<std::uint64_t>(event.offset.value())) * 0x100000001B3U;
    }

    void finish(const World& world) {
        for (const auto& [topic, partition, offset] : produced_) {
            if (done_.contains({topic, partition, offset})) continue;
            if (!world.has_record(topic, PartitionId{partition}, Offset{offset})) continue;
            broken("lost write: " + std::to_string(partition) + "@" + std::to_string(offset));
        }
        for (const std::string& what : world.contract_violations())
            broken(what);
    }

    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    [[nodiscard]] std::uint64_t events() const { return events_; }

    std::vector<std::string> violations;
    std::set<std::string> probes;

private:
    using Place = std::tuple<std::int32_t, std::int32_t, std::int64_t>;
    using Lane = std::tuple<std::int32_t, std::int32_t, std::string>;

    static Place place(const TraceEvent& event) {
        return {event.topic, event.partition.value(), event.offset.value()};
    }
    static std::pair<std::int32_t, std::int32_t> partition(const TraceEvent& event) {
        return {event.topic, event.partition.value()};
    }
    static Lane lane(const TraceEvent& event) {
        return {event.topic, event.partition.value(), event.key};
    }
    void broken(const std::string& what) {
        if (violations.size() < 5) violations.push_back(what);
    }
    static std::string where(const TraceEvent& event) {
        return " member " + std::to_string(event.member) + " partition " +
               std::to_string(event.partition.value()) + " offset " +
               std::to_string(event.offset.value()) + " at " +
               std::to_string(event.at.time_since_epoch().count());
    }

    void started(const TraceEvent& event) {
        if (!running_.emplace(std::pair{event.member, lane(event)}).second) {
            broken("a key overlaps itself in one process:" + where(event));
        }
    }

    void finished(const TraceEvent& event) {
        running_.erase({event.member, lane(event)});
        if (event.detail != "done" && event.detail != "skip") return;
        if (!done_.insert(place(event)).second) return;  // a replay
        // A zombie may finish what retention has taken from the others' sight.
        if (event.offset.value() < log_start_[partition(event)]) return;
        std::int64_t& last = last_done_.try_emplace(lane(event), -1).first->second;
        if (last > event.offset.value()) broken("first completions out of order:" + where(event));
        last = event.offset.value();
    }

    void committed(const TraceEvent& event) {
        std::int64_t& stored = stored_.try_emplace(partition(event), 0).first->second;
        const std::int64_t start = std::max(stored, log_start_[partition(event)]);
        for (std::int64_t offset = start; offset < event.offset.value(); ++offset) {
            const Place each{event.topic, event.partition.value(), offset};
            if (produced_.contains(each) && !done_.contains(each)) {
                broken("commit passes unfinished " + std::to_string(offset) + ":" + where(event));
            }
        }
        if (event.offset.value() < stored) {
            broken("commit goes back from " + std::to_string(stored) + ":" + where(event));
        }
        stored = event.offset.value();
    }

    void owned(const TraceEvent& event, bool now) {
        const std::tuple key{event.member, event.topic, event.partition.value()};
        const bool changed = now ? owned_.insert(key).second : owned_.erase(key) > 0;
        if (!changed)
            broken(std::string{now ? "assigned" : "given back"} + " twice:" + where(event));
    }

    std::set<Place> produced_;
    std::set<Place> done_;
    std::map<Lane, std::int64_t> last_done_;
    std::set<std::pair<std::int32_t, Lane>> running_;
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> stored_;
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> log_start_;
    std::set<std::tuple<std::int32_t, std::int32_t, std::int32_t>> owned_;
    std::uint64_t hash_ = 0xCBF29CE484222325U;
    std::uint64_t events_ = 0;
};

struct Soak {
    Assignor assignor = Assignor::range;
    bool static_members = false;
    std::int32_t brokers = 3;
    bool log_changes = false;  ///< compaction, retention, aborted records, more partitions
    Library library = Library::v2_10;
};

WorldOptions options_of(const Soak& soak, std::uint64_t seed, Random& random) {
    WorldOptions options;
    options.seed = seed;
    options.brokers.count = soak.brokers;
    options.topics = {
        {.name = "orders", .partitions = static_cast<std::int32_t>(random.between(1, 8))}};
    options.network.break_chance = {random.below(3), 2000};
    options.network.resend_chance = {random.below(3), 1000};
    const std::int64_t members = random.between(1, 5);
    for (std::int64_t i = 0; i < members; ++i) {
        MemberSpec member;
        member.engine.commit.interval = 1ms * random.between(50, 2000);
        member.engine.concurrency_max = static_cast<std::uint32_t>(random.between(1, 40));
        member.engine.queue_ahead = static_cast<std::uint32_t>(random.below(20));
        member.engine.revoke_wait_max = 1ms * random.between(0, 3000);
        member.engine.retry.delay = 50ms;
        if (random.chance({1, 2})) {
            member.engine.buffer.records_max = random.below(500) + 1;
            member.engine.buffer.partition_records_max = random.below(50) + 1;
            member.engine.buffer.pause_after = 1ms * random.between(0, 100);
        }
        member.engine.ordering = random.chance({3, 4}) ? Ordering::key : Ordering::partition;
        member.engine.run_max = static_cast<std::uint32_t>(random.between(1, 20));
        member.client.assignor = soak.assignor;
        const bool is_cooperative = soak.assignor == Assignor::cooperative_sticky;
        member.client.library = is_cooperative ? soak.library : Library::v2_0_2;
        member.client.session_timeout = 6s;
        member.client.heartbeat_interval = 500ms;
        member.client.max_poll_interval = 20s;
        member.client.metadata_refresh = 5s;
        if (soak.static_members) member.client.static_id = "static-" + std::to_string(i);
        member.handler.latency =
            Distribution::bimodal(2ms, 1ms * random.between(3, 4000), {1, 200});
        member.handler.retry_chance = {random.below(2), 50};
        member.clock_drift_ppm = random.between(-200, 200);
        member.started = i == 0 || random.chance({2, 3});
        options.members.push_back(std::move(member));
    }
    return options;
}

/// One fault, drawn.
void break_something(World& world, Random& random) {
    const auto member =
        static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(world.member_count())));
    const auto broker = static_cast<std::int32_t>(random.below(3));
    const Duration span = 1ms * random.between(1, 12'000);
    const auto partition = PartitionId{
        static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(world.partition_count(0)))
        )};
    switch (random.below(18)) {
        case 0:
        case 1:
            return world.crash_member(member);
        case 2:
        case 3:
        case 4:
            return world.restart_member(member);
        case 5:
            return world.stop_member(member, {});
        case 6:
            return world.freeze_member(member, span);
        case 7:
            return world.cut_link(member, random.chance({1, 2}) ? -1 : broker, span);
        case 8:
            return world.clog_link(member, -1, span / 10);
        case 9:
            return world.lose_next_commit_answer(member);
        case 10:
            return world.lose_next_commit(member);
        case 11:
            return world.delay_next_commit_answer(member, span);
        case 12:
            return world.move_coordinator("group", broker);
        case 13:
            return world.move_leader(0, partition, broker);
        case 14: {
            world.crash_broker(broker);
            world.schedule(world.now() + span, [&world, broker] { world.restart_broker(broker); });
            return;
        }
        case 15:
            return world.refuse_commits("group", CommitRefusal::coordinator_not_available, span);
        case 16:
            return world.append_marker(0, partition);
        default:
            return world.break_connections(member);
    }
}

/// One change of a log, drawn. Truncation is apart: it takes back what was promised.
void change_log(World& world, Random& random) {
    const auto count = static_cast<std::uint64_t>(world.partition_count(0));
    const PartitionId partition{static_cast<std::int32_t>(random.below(count))};
    switch (random.below(5)) {
        case 0:
            return world.compact(0, partition);
        case 1: {
            const Offset start = world.log_start(0, partition);
            const Offset end = world.end_of_log(0, partition);
            return world.delete_records(
                0, partition, Offset{random.between(start.value(), end.value())}
            );
        }
        case 2:
            return world.append_aborted(
                0, partition, static_cast<std::int32_t>(random.between(1, 20))
            );
        case 3:
            return world.append_marker(0, partition);
        default:
            if (world.partition_count(0) < 12) {
                world.add_partitions(0, world.partition_count(0) + 1);
            }
    }
}

struct Outcome {
    std::vector<std::string> violations;
    std::set<std::string> probes;
    std::uint64_t hash = 0;
    std::string stuck;
};

Outcome run(const Soak& soak, std::uint64_t seed) {
    Random random = Random{seed}.split("soak");
    Judge judge;
    World world{options_of(soak, seed, random), judge};
    const auto keys = static_cast<std::uint64_t>(random.between(1, 60));
    for (int i = 0; i < 300; ++i) {
        world.schedule(Instant{i * 100ms}, [&world, &random, keys] {
            for (int record = 0; record < 5; ++record) {
                const std::uint64_t key = random.below(keys);
                const auto partition = static_cast<std::int32_t>(
                    key % static_cast<std::uint64_t>(world.partition_count(0))
                );
                world.produce(
                    {.topic = 0,
                     .partition = PartitionId{partition},
                     .key = "key-" + std::to_string(key)}
                );
            }
        });
    }
    const std::int64_t faults = random.between(0, 20);
    for (std::int64_t i = 0; i < faults; ++i) {
        world.schedule(Instant{1ms * random.between(0, 30'000)}, [&world, &random] {
            break_something(world, random);
        });
    }
    for (std::int64_t i = soak.log_changes ? random.between(1, 20) : 0; i > 0; --i) {
        world.schedule(Instant{1ms * random.between(0, 30'000)}, [&world, &random] {
            change_log(world, random);
        });
    }
    world.run_until(Instant{45s});
    for (std::int32_t broker = 0; broker < 3; ++broker)
        world.restart_broker(broker);
    for (std::int32_t member = 0; member < world.member_count(); ++member) {
        world.restart_member(member);
    }
    Outcome outcome;
    if (!world.run_until_idle(Instant{240s}, 1s)) outcome.stuck = world.pending();
    judge.finish(world);
    outcome.violations = judge.violations;
    outcome.probes = judge.probes;
    outcome.hash = judge.hash();
    return outcome;
}

void expect_held(const Soak& soak, std::uint64_t first, std::uint64_t seeds) {
    std::set<std::string> probes;
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        const Outcome outcome = run(soak, seed);
        EXPECT_EQ(outcome.violations, std::vector<std::string>{}) << "seed " << seed;
        EXPECT_EQ(outcome.stuck, "") << "seed " << seed;
        probes.insert(outcome.probes.begin(), outcome.probes.end());
        if (testing::Test::HasFailure()) return;
    }
    for (const char* const probe :
         {"coordinator loaded", "commit fault hit", "commit deferred", "offset reset", "paused"}) {
        EXPECT_TRUE(probes.contains(probe)) << probe;
    }
}

constexpr std::uint64_t seeds_per_test = 60;

TEST(Soak, eager_members_under_churn_keep_every_promise) {
    expect_held({.assignor = Assignor::range}, 1, seeds_per_test);
}

TEST(Soak, cooperative_members_under_churn_keep_every_promise) {
    expect_held({.assignor = Assignor::cooperative_sticky}, 1000, seeds_per_test);
}

// Each commit behind a parked JoinGroup costs 2.0.2 the generation, and so the next rebalance: a
// group settles only if its members hold their commits back after a refusal.
TEST(Soak, BM219_cooperative_members_of_2_0_2_settle_though_they_commit_often) {
    expect_held(
        {.assignor = Assignor::cooperative_sticky, .library = Library::v2_0_2}, 6000, seeds_per_test
    );
}

TEST(Soak, BM271_a_static_member_that_is_fenced_while_it_closes_ends) {
    for (const std::uint64_t seed : {50'878U, 51'976U}) {
        const Soak soak{.assignor = Assignor::cooperative_sticky, .static_members = true};
        EXPECT_EQ(run(soak, seed).stuck, "") << "seed " << seed;
    }
}

TEST(Soak, static_members_under_churn_keep_every_promise) {
    expect_held(
        {.assignor = Assignor::cooperative_sticky, .static_members = true}, 3000, seeds_per_test
    );
}

TEST(Soak, logs_that_change_under_the_members_keep_every_promise) {
    expect_held({.assignor = Assignor::range, .log_changes = true}, 4000, seeds_per_test);
    expect_held(
        {.assignor = Assignor::cooperative_sticky, .log_changes = true}, 5000, seeds_per_test
    );
}

/// Commits whatever it has polled, and handles it afterwards: the bug of the naive pool.
class CommitsTooEarly final : public Application {
public:
    explicit CommitsTooEarly(const ApplicationContext& context)
        : context_(context)
        , workers_(context.client, context.ledger, 4, {.handler = context.handler, .finished = [] {
                                                       }}) {}

    void start() override {
        context_.consumer.start([this] { wake(); });
    }
    void close(const CloseOptions&) override { context_.ended("closed"); }
    [[nodiscard]] std::size_t running() const override { return workers_.running(); }
    [[nodiscard]] std::string describe() const override { return "commits too early"; }

private:
    void wake() {
        context_.client.scheduler().at(context_.client.now(), context_.client.process, [this] {
            turn();
        });
    }
    void turn() {
        while (const auto event = context_.consumer.next_event()) {
            if (const auto* rebalance = std::get_if<RebalanceEvent>(&*event)) answer(*rebalance);
        }
        for (;;) {
            const Delivery delivery = context_.consumer.take_records(100);
            if (delivery.records.empty()) break;
            for (const LogRecord& record : delivery.records) {
                workers_.submit({.what = {delivery.partition, &record, Epoch{1}, 1}});
            }
            context_.consumer.commit(
                ++commit_, {{delivery.partition, next(delivery.records.back().offset), ""}}
            );
        }
        workers_.start_idle();
        context_.consumer.wait();
    }
    void answer(const RebalanceEvent& event) {
        if (event.kind == RebalanceEvent::Kind::revoke) return context_.consumer.unassign();
        std::vector<AssignedFrom> all;
        for (const PartitionNumber partition : event.partitions) {
            all.push_back({partition, Offset{0}});
        }
        context_.consumer.assign(all);
    }

    ApplicationContext context_;
    Workers workers_;
    std::uint64_t commit_ = 0;
};

TEST(Soak, the_judge_sees_a_member_that_commits_what_it_has_not_handled) {
    WorldOptions options;
    options.topics = {{.name = "orders", .partitions = 1}};
    MemberSpec member;
    member.handler.latency = Distribution::fixed(50ms);
    member.application = [](const ApplicationContext& context) {
        return std::make_unique<CommitsTooEarly>(context);
    };
    options.members = {member};
    Judge judge;
    World world{options, judge};
    for (int i = 0; i < 100; ++i)
        world.produce({.topic = 0, .key = "one-key"});
    world.run_until(Instant{3s});
    world.crash_member(0);
    judge.finish(world);
    const auto saw = [&judge](std::string_view what) {
        return std::ranges::any_of(judge.violations, [what](const std::string& violation) {
            return violation.starts_with(what);
        });
    };
    EXPECT_TRUE(saw("commit passes unfinished"));
    EXPECT_TRUE(saw("a key overlaps itself"));
}

TEST(Soak, a_seed_with_faults_runs_twice_the_same) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        EXPECT_EQ(run({}, seed).hash, run({}, seed).hash) << "seed " << seed;
    }
}

}  // namespace
}  // namespace odradek::sim
