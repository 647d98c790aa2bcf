#include "scenarios/swarm.h"

#include "scenarios/catalog.h"
#include "simulator/checkers/judge.h"

#include <algorithm>
#include <array>
#include <utility>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;

/// Draws from a stream; each function changes one part of the scenario.
class Draw {
public:
    Draw(Scenario& scenario, const Random& random) : scenario_(scenario), random_(random) {}

    void engine() {
        EngineOptions& engine = scenario_.engine;
        const bool usual = scenario_.guarantees == sim::usual_guarantees(engine.ordering);
        if (usual && one_in(3)) {
            engine.ordering = pick(std::array{
                Ordering::unordered, Ordering::partition, Ordering::key, Ordering::key});
            scenario_.guarantees = sim::usual_guarantees(engine.ordering);
        }
        if (one_in(2)) {
            const std::uint32_t usual_workers = engine.concurrency_max;
            engine.concurrency_max = std::max(
                1U, pick(std::array{usual_workers / 4, usual_workers / 2, usual_workers * 4, 200U})
            );
        }
        if (one_in(3)) engine.run_max = pick(std::array{1U, 2U, 16U, 1024U});
        if (one_in(3)) engine.queue_ahead = pick(std::array{1U, 4U, 32U});
        if (one_in(3)) engine.revoke_wait_max = pick(std::array<Duration, 4>{0ms, 50ms, 1s, 30s});
        if (one_in(3)) {
            engine.commit.interval = pick(std::array<Duration, 4>{10ms, 100ms, 2s, 10s});
        }
        if (one_in(4))
            engine.commit.offset_map = pick(std::array{MapFormat::confluent, MapFormat::none});
        if (one_in(5)) engine.commit.metadata_chars_max = pick(std::array{40U, 100U, 500U});
        if (one_in(4)) {
            engine.buffer.records_max = pick(std::array<std::size_t, 3>{50, 500, 5000});
            engine.buffer.partition_records_max = engine.buffer.records_max / 4 + 1;
            engine.buffer.pause_after = pick(std::array<Duration, 3>{0ms, 10ms, 500ms});
        }
        if (one_in(3)) engine.null_keys = pick(std::array{NullKeys::one_lane, NullKeys::unordered});
    }

    void group() {
        if (one_in(3)) {
            scenario_.client.assignor = pick(std::array{
                GroupAssignor::range, GroupAssignor::roundrobin, GroupAssignor::cooperative_sticky}
            );
        }
        if (one_in(5)) scenario_.client.static_members = true;
        if (one_in(3)) scenario_.members = pick(std::array{1, 2, 3, 5});
        for (Topic& topic : scenario_.topics) {
            if (one_in(4)) topic.partitions = pick(std::array{1, 3, 12});
        }
        if (one_in(4)) scenario_.cluster.brokers = std::max(scenario_.cluster.brokers, 3);
        if (one_in(3)) scenario_.cluster.resend = pick(std::array{Ratio{1, 1000}, Ratio{1, 100}});
        if (one_in(4)) scenario_.cluster.broken_connection = Ratio{1, 2000};
        if (one_in(5)) {
            scenario_.cluster.network = {
                .kind = Latency::Kind::uniform, .low = 100us, .high = 30ms};
        }
    }

    void load() {
        Load& load = scenario_.load;
        if (one_in(4)) load.null_keys = pick(std::array{Ratio{0, 1}, Ratio{1, 20}, Ratio{1, 2}});
        if (one_in(3)) {
            load.keys.law = pick(std::array{
                KeyLaw::Law::uniform,
                KeyLaw::Law::zipf,
                KeyLaw::Law::hot,
                KeyLaw::Law::burst,
                KeyLaw::Law::unique});
        }
        if (one_in(4)) {
            load.arrival.law = pick(std::array{
                Arrival::Law::constant, Arrival::Law::poisson, Arrival::Law::bursts});
        }
        if (one_in(4))
            scenario_.handler.retry = pick(std::array{Ratio{0, 1}, Ratio{1, 50}, Ratio{1, 5}});
    }

    void faults() {
        std::vector<Fault> drawn;
        for (Fault fault : scenario_.faults) {
            const std::uint64_t fate = random_.below(4);
            if (fate == 0) continue;
            if (fate == 1) make_wild(fault);
            drawn.push_back(fault);
        }
        if (one_in(2)) drawn.push_back(another_fault());
        scenario_.faults = std::move(drawn);
        fit_targets();
    }

private:
    bool one_in(std::uint64_t count) { return random_.below(count) == 0; }

    template <typename List>
    typename List::value_type pick(const List& list) {
        return list[random_.below(list.size())];
    }

    void make_wild(Fault& fault) {
        constexpr std::uint32_t times_max = 8;
        fault.times = std::min(times_max, fault.times * 3);
        fault.to = std::max(fault.to, scenario_.phases.safety);
        fault.from = fault.from / 2;
    }

    Fault another_fault() {
        using enum FaultKind;
        Fault fault{
            .what = pick(std::array{
                crash_member,
                stop_member,
                freeze_member,
                pause_member,
                cut_link,
                clog_link,
                break_connections,
                lose_commit_answer,
                swallow_commit_answer,
                lose_commit,
                delay_commit_answer,
                refuse_commits,
                slow_handlers,
                failing_handlers,
                move_coordinator,
                move_leader,
                append_marker}),
            .to = scenario_.phases.safety};
        fault.lasts = pick(std::array<Duration, 4>{100ms, 1s, 3s, 8s});
        fault.times = pick(std::array{1U, 2U, 5U});
        fault.latency = pick(std::array<Duration, 2>{100ms, 1s});
        fault.failures = Ratio{1, 2};
        return fault;
    }

    /// Faults must not name members, brokers or partitions that the variant has not.
    void fit_targets() {
        const std::int32_t members = scenario_.members + scenario_.late_members;
        for (Fault& fault : scenario_.faults) {
            const std::int32_t partitions =
                scenario_.topics[static_cast<std::size_t>(fault.topic)].partitions;
            if (fault.member && *fault.member >= members) fault.member.reset();
            if (fault.partition && *fault.partition >= partitions) fault.partition.reset();
        }
    }

    Scenario& scenario_;
    Random random_;
};

}  // namespace

Scenario swarm_variant(const Scenario& scenario, std::uint64_t seed) {
    Scenario variant = scenario;
    variant.word = full_name(scenario);
    variant.swarm = false;  // drawn
    Draw draw(variant, Random{seed}.split("swarm"));
    draw.engine();
    draw.group();
    draw.load();
    draw.faults();
    // Fewer workers and wilder faults make everything slower, and that is no violation.
    variant.progress_within = std::max<Duration>(variant.progress_within, 30min);
    variant.phases.liveness = std::max<Duration>(variant.phases.liveness, 4h);
    return variant;
}

std::size_t swarm_choice(std::size_t count, std::uint64_t seed) {
    return Random{seed}.split("swarm scenario").below(count);
}

}  // namespace odradek::scenarios
