#include "reports/compare/simulated.h"

#include "engine/core/engine.h"
#include "engine/runtime/steady_clock.h"
#include "scenarios/simulated_world.h"
#include "simulator/kernel/trace_sink.h"
#include "simulator/world.h"

#include <algorithm>
#include <map>
#include <thread>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;

constexpr Duration virtual_time_max = 24h;

/// The clock of a run, from the trace alone.
class Watch final : public sim::TraceSink {
public:
    void observe(const TraceEvent& event) override {
        if (event.kind == TraceEvent::Kind::started) {
            if (run_.handled == 0 && running_ == 0) first_start_ = event.at;
            run_.peak_in_flight = std::max(run_.peak_in_flight, ++running_);
        } else if (event.kind == TraceEvent::Kind::finished) {
            --running_;
            ++run_.handled;
            last_end_ = event.at;
        }
    }

    [[nodiscard]] ArmRun run(std::uint64_t records) const {
        ArmRun run = run_;
        run.elapsed_s = std::chrono::duration<double>(last_end_ - first_start_).count();
        run.replayed = run.handled > records ? run.handled - records : 0;
        run.missing = run.handled < records ? records - run.handled : 0;
        return run;
    }

private:
    ArmRun run_;
    std::uint64_t running_ = 0;
    Instant first_start_{};
    Instant last_end_{};
};

sim::WorldOptions world_of(
    const ArmRow& row, const Workload& workload, const MachineCost& cost, std::uint64_t seed
) {
    scenarios::Scenario scenario;
    scenario.consumer = row.twin;
    scenario.topics = {{.name = "compare", .partitions = workload.partitions}};
    scenario.engine.ordering = row.ordering.value_or(Ordering::key);
    scenario.engine.concurrency_max = workload.concurrency;
    scenario.members = static_cast<std::int32_t>(workload.members);
    scenario.handler.latency = {
        .kind = scenarios::Latency::Kind::uniform,
        .low = workload.handler.low + cost.wake_up,
        .high = workload.handler.high + cost.wake_up};
    sim::WorldOptions options = scenarios::world_options(scenario, seed);
    for (sim::MemberSpec& member : options.members) {
        // Polled, handed out, answered: the simulator counts each of the three.
        member.cost.per_record = cost.per_record / 3;
    }
    return options;
}

Duration measured_wake_up() {
    constexpr int sleeps = 50;
    static constexpr Duration asked = 3ms;
    std::vector<Duration> late(8);
    {
        std::vector<std::jthread> threads;
        for (Duration& own : late) {
            threads.emplace_back([&own] {
                for (int sleep = 0; sleep < sleeps; ++sleep) {
                    const Instant before = steady_now();
                    std::this_thread::sleep_for(asked);
                    own += steady_now() - before - asked;
                }
            });
        }
    }
    Duration sum{};
    for (const Duration own : late) {
        sum += own;
    }
    return sum / static_cast<std::int64_t>(late.size() * sleeps);
}

Duration measured_per_record() {
    constexpr std::int64_t records = 100'000;
    constexpr std::int64_t batch = 500;
    Engine engine{EngineOptions{.concurrency_max = 1'000}, Instant{}};
    Effects effects;
    const AssignedPartition own{PartitionIndex{0}, Epoch{1}};
    engine.handle(PartitionsAssigned{.partitions = {own}}, Instant{}, effects);
    CommittedFetched fetched;
    fetched.offsets.push_back({.partition = own, .next_to_read = Offset{0}});
    engine.handle(fetched, Instant{}, effects);
    std::vector<std::uint64_t> keys(batch);
    std::vector<PolledRecord> polled(batch);
    std::vector<FinishedWork> finished;
    const Instant began = steady_now();
    for (std::int64_t first = 0; first < records; first += batch) {
        effects.clear();
        for (std::int64_t at = 0; at < batch; ++at) {
            const auto place = static_cast<std::size_t>(at);
            keys[place] = static_cast<std::uint64_t>(at);
            polled[place].offset = Offset{first + at};
            polled[place].key = std::as_bytes(std::span{&keys[place], 1});
        }
        engine.handle(RecordsPolled{.partition = own, .records = polled}, Instant{}, effects);
        finished.clear();
        for (const WorkItem& item : effects.work) {
            finished.push_back({.work = item.work});
        }
        engine.handle(WorkFinished{.finished = finished, .reasons = {}}, Instant{}, effects);
    }
    return (steady_now() - began) / records;
}

}  // namespace

MachineCost calibrate() {
    return {.wake_up = measured_wake_up(), .per_record = measured_per_record()};
}

std::expected<ArmRun, std::string> simulate(
    const ArmRow& row, const Workload& workload, const MachineCost& cost, std::uint64_t seed
) {
    if (row.twin.empty()) return std::unexpected(std::string("has no twin in the simulator"));
    const HandlerWork::Kind kind = workload.handler.kind;
    if (kind == HandlerWork::Kind::noop || kind == HandlerWork::Kind::cpu) {
        return std::unexpected(std::string("the simulator has time, but no processors to share"));
    }
    Watch watch;
    sim::World world{world_of(row, workload, cost, seed), watch};
    const RecordLaw law{workload};
    for (std::uint64_t record = 0; record < workload.records; ++record) {
        const RecordLaw::KeyText key = RecordLaw::key_text(law.key(record));
        world.produce(
            {.partition = PartitionId{static_cast<std::int32_t>(law.partition(record))},
             .key = {key.data(), key.size()},
             .value_bytes = workload.value_bytes}
        );
    }
    const bool is_idle = world.run_until_idle(Instant{virtual_time_max}, 1s);
    ArmRun run = watch.run(workload.records);
    if (!is_idle || run.missing > 0) run.failure = "not every record was handled";
    return run;
}

std::vector<ArmResult> simulate_plan(
    const Plan& plan,
    const MachineCost& cost,
    const std::function<void(const std::string& arm, const std::string& why)>& skipped
) {
    std::vector<ArmResult> results;
    std::map<std::string, std::vector<std::string>> broken;
    for (std::size_t cell = 0; cell < plan.cells.size(); ++cell) {
        for (const std::string& arm : plan.cells[cell].arms) {
            const ArmRow& row = *find_arm(arm);
            const Workload& workload = plan.cells[cell].workload;
            ArmResult result{
                .arm = arm, .world = "simulated", .cell = cell, .workload = workload, .runs = {}};
            const Duration ideal = ideal_time(workload, row.lanes);
            result.ideal_s = std::chrono::duration<double>(ideal).count();
            std::string why;
            for (std::uint64_t seed = 1; seed <= plan.repeat && why.empty(); ++seed) {
                auto run = simulate(row, workload, cost, seed);
                if (run) {
                    result.runs.push_back(std::move(*run));
                } else {
                    why = run.error();
                }
            }
            if (!why.empty()) {
                skipped(arm, why);
                continue;
            }
            if (!broken.contains(arm)) broken[arm] = judged_broken(arm);
            result.invariants_broken = broken[arm];
            results.push_back(std::move(result));
        }
    }
    return results;
}

}  // namespace odradek::reports
