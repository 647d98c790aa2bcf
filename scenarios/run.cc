#include "scenarios/run.h"

#include "odradek/contract.h"

#include "scenarios/simulated_world.h"
#include "scenarios/swarm.h"

#include <algorithm>
#include <functional>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;

/// Tells a user's code of the processes that start, before anything else of them happens.
class Births final : public sim::TraceSink {
public:
    Births(const UserCode* user, sim::TraceSink& next) : user_(user), next_(next) {}

    void observe(const TraceEvent& event) override {
        if (user_ != nullptr && event.kind == TraceEvent::Kind::member_up)
            user_->born(event.member);
        next_.observe(event);
    }

private:
    const UserCode* user_;
    sim::TraceSink& next_;
};

/// One run of a scenario in the simulator.
class SimulatedRun {
public:
    SimulatedRun(const Scenario& scenario, const RunRequest& request)
        : scenario_(scenario)
        , random_(request.seed)
        , recording_(scenario, request)
        , births_(request.user, recording_)
        , world_(options_of(scenario, request), births_)
        , load_(scenario.load, scenario.topics, random_.split("load"))
        , faults_(plan_faults(scenario.faults, targets(scenario), random_.split("faults"))) {}

    RunReport run() {
        RunEnding ending;
        try {
            pass_through_the_phases(ending);
        } catch (const ContractViolation& violation) {
            ending.contracts.emplace_back(violation.what());
        }
        ending.at = world_.now();
        const std::vector<std::string>& broken = world_.contract_violations();
        ending.contracts.insert(ending.contracts.end(), broken.begin(), broken.end());
        RunReport report = recording_.finish(ending);
        report.faults = faults_.size();
        report.members = static_cast<std::uint64_t>(targets(scenario_).members);
        return report;
    }

private:
    static sim::WorldOptions options_of(const Scenario& scenario, const RunRequest& request) {
        sim::WorldOptions options = world_options(scenario, request.seed);
        if (request.user == nullptr) return options;
        for (std::size_t member = 0; member < options.members.size(); ++member) {
            options.members[member].handler.user =
                [user = request.user, number = static_cast<std::int32_t>(member)](
                    const sim::HandlerRun& run, const sim::HandlerAnswer& drawn
                ) { return user->run(number, run, drawn); };
        }
        return options;
    }

    static FaultTargets targets(const Scenario& scenario) {
        FaultTargets targets{
            .members = scenario.members + scenario.late_members,
            .brokers = scenario.cluster.brokers,
            .partitions = {}};
        for (const Topic& topic : scenario.topics) {
            targets.partitions.push_back(topic.partitions);
        }
        return targets;
    }

    void pass_through_the_phases(RunEnding& ending) {
        for (const PlannedFault& planned : faults_) {
            world_.schedule(planned.at, [this, &planned] { perform(planned, scenario_, world_); });
        }
        schedule_next_record();
        world_.run_until(Instant{scenario_.phases.safety});
        while (load_.remaining() > 0 || loading_) {
            world_.run_until(world_.now() + 1s);
        }
        heal(scenario_, world_);
        ending.at_rest = world_.run_until_idle(world_.now() + scenario_.phases.liveness);
        ending.reached_end = true;
        if (ending.at_rest && scenario_.phases.restart_at_end) restart(ending);
        if (!ending.at_rest) ending.pending = world_.pending();
    }

    // One record after the other, so that a long load never fills the schedule.
    void schedule_next_record() {
        loading_ = load_.remaining() > 0;
        if (!loading_) return;
        const LoadRecord& record = load_.next();
        world_.schedule(std::max(record.at, world_.now()), [this, &record] {
            world_.produce(
                {.topic = record.topic,
                 .partition = record.partition,
                 .key = record.key,
                 .has_key = record.has_key,
                 .value_bytes = record.value_bytes}
            );
            schedule_next_record();
        });
    }

    void restart(RunEnding& ending) {
        std::vector<std::int32_t> members;
        for (std::int32_t member = 0; member < world_.member_count(); ++member) {
            if (world_.is_up(member)) members.push_back(member);
        }
        for (const std::int32_t member : members) {
            world_.stop_member(member, {.finish = Finish::in_flight, .limit = 30s});
        }
        const Instant limit = world_.now() + scenario_.phases.liveness;
        const auto is_up = [&](std::int32_t member) { return world_.is_up(member); };
        while (std::ranges::any_of(members, is_up) && world_.now() < limit) {
            world_.run_until(world_.now() + 100ms);
        }
        for (const std::int32_t member : members) {
            world_.restart_member(member);
        }
        // Long enough for the group to form and for anything that must not run again to run again.
        world_.run_until(world_.now() + scenario_.client.session_timeout + 10s);
        ending.at_rest = world_.run_until_idle(world_.now() + scenario_.phases.liveness);
    }

    const Scenario& scenario_;
    Random random_;
    Recording recording_;
    Births births_;
    sim::World world_;
    LoadPlan load_;
    std::vector<PlannedFault> faults_;
    bool loading_ = true;
};

}  // namespace

RunReport run_simulated(const Scenario& scenario, const RunRequest& request) {
    if (scenario.swarm) return SimulatedRun(swarm_variant(scenario, request.seed), request).run();
    return SimulatedRun(scenario, request).run();
}

}  // namespace odradek::scenarios
