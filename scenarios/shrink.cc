#include "scenarios/shrink.h"

#include "scenarios/swarm.h"

#include <algorithm>

namespace odradek::scenarios {

namespace {

/// Faults must not name members, brokers or topics that are gone.
void fit_faults(Scenario& scenario) {
    for (Fault& fault : scenario.faults) {
        const std::int32_t members = scenario.members + scenario.late_members;
        if (fault.member && *fault.member >= members) fault.member.reset();
        if (fault.broker && *fault.broker >= scenario.cluster.brokers) fault.broker.reset();
        if (static_cast<std::size_t>(fault.topic) >= scenario.topics.size()) fault.topic = 0;
        const std::int32_t partitions =
            scenario.topics[static_cast<std::size_t>(fault.topic)].partitions;
        if (fault.partition && *fault.partition >= partitions) fault.partition.reset();
    }
}

/// Collects changed copies; a change that changes nothing is dropped by its caller.
class Steps {
public:
    explicit Steps(const Scenario& scenario) : scenario_(scenario) {}

    template <typename Change>
    void add(Change change) {
        Scenario copy = scenario_;
        change(copy);
        fit_faults(copy);
        steps_.push_back(std::move(copy));
    }

    /// A count that may fall to `lowest`: at once, by half, by one.
    template <typename Count, typename Set>
    void lower(Count count, Count lowest, Set set) {
        if (count <= lowest) return;
        add([&](Scenario& copy) { set(copy, lowest); });
        const Count half = static_cast<Count>(lowest + (count - lowest) / 2);
        if (half > lowest && half < count) add([&](Scenario& copy) { set(copy, half); });
        const auto less = static_cast<Count>(count - 1);
        if (less > half) add([&](Scenario& copy) { set(copy, less); });
    }

    std::vector<Scenario> take() { return std::move(steps_); }

private:
    const Scenario& scenario_;
    std::vector<Scenario> steps_;
};

void add_fault_steps(const Scenario& scenario, Steps& steps) {
    if (scenario.faults.size() > 1) {
        steps.add([](Scenario& copy) { copy.faults.clear(); });
    }
    for (std::size_t index = 0; index < scenario.faults.size(); ++index) {
        steps.add([&](Scenario& copy) {
            copy.faults.erase(copy.faults.begin() + static_cast<std::ptrdiff_t>(index));
        });
        steps.lower(scenario.faults[index].times, 1U, [index](Scenario& copy, std::uint32_t times) {
            copy.faults[index].times = times;
        });
    }
}

void add_load_steps(const Scenario& scenario, Steps& steps) {
    const Load& load = scenario.load;
    for (const std::uint64_t divisor : {16U, 4U, 2U}) {
        if (load.records / divisor > 0) {
            steps.add([&](Scenario& copy) { copy.load.records = load.records / divisor; });
        }
    }
    if (load.records > 8) {
        steps.add([&](Scenario& copy) { copy.load.records = load.records - load.records / 8; });
    } else if (load.records > 1) {
        steps.add([&](Scenario& copy) { copy.load.records = load.records - 1; });
    }
    steps.lower(load.keys.keys, std::uint64_t{1}, [](Scenario& copy, std::uint64_t keys) {
        copy.load.keys.keys = keys;
    });
    if (load.keys.law != KeyLaw::Law::uniform) {
        steps.add([](Scenario& copy) { copy.load.keys.law = KeyLaw::Law::uniform; });
    }
    if (load.arrival.law != Arrival::Law::constant) {
        steps.add([](Scenario& copy) { copy.load.arrival.law = Arrival::Law::constant; });
    }
    if (load.null_keys.part != 0) {
        steps.add([](Scenario& copy) { copy.load.null_keys = {}; });
    }
    if (load.value_bytes_min != load.value_bytes_max) {
        steps.add([](Scenario& copy) { copy.load.value_bytes_max = copy.load.value_bytes_min; });
    }
}

void add_cluster_steps(const Scenario& scenario, Steps& steps) {
    steps.lower(scenario.members, 1, [](Scenario& copy, std::int32_t members) {
        copy.members = members;
    });
    steps.lower(scenario.late_members, 0, [](Scenario& copy, std::int32_t members) {
        copy.late_members = members;
    });
    if (scenario.topics.size() > 1) {
        steps.add([](Scenario& copy) { copy.topics.pop_back(); });
    }
    for (std::size_t topic = 0; topic < scenario.topics.size(); ++topic) {
        steps.lower(
            scenario.topics[topic].partitions,
            1,
            [topic](Scenario& copy, std::int32_t partitions) {
                copy.topics[topic].partitions = partitions;
            }
        );
    }
    steps.lower(scenario.cluster.brokers, 1, [](Scenario& copy, std::int32_t brokers) {
        copy.cluster.brokers = brokers;
    });
    if (scenario.cluster.resend.part != 0) {
        steps.add([](Scenario& copy) { copy.cluster.resend = {}; });
    }
    if (scenario.cluster.broken_connection.part != 0) {
        steps.add([](Scenario& copy) { copy.cluster.broken_connection = {}; });
    }
}

void add_handler_steps(const Scenario& scenario, Steps& steps) {
    const Handler& handler = scenario.handler;
    if (handler.batch != BatchAnswer::each)
        steps.add([](Scenario& copy) { copy.handler.batch = {}; });
    if (handler.partitioner_failures.part != 0) {
        steps.add([](Scenario& copy) { copy.handler.partitioner_failures = {}; });
    }
    if (handler.poison) steps.add([](Scenario& copy) { copy.handler.poison.reset(); });
    if (handler.slow) steps.add([](Scenario& copy) { copy.handler.slow.reset(); });
    if (handler.deferred) steps.add([](Scenario& copy) { copy.handler.deferred.reset(); });
    if (handler.retry.part != 0) steps.add([](Scenario& copy) { copy.handler.retry = {}; });
    if (handler.skip.part != 0) steps.add([](Scenario& copy) { copy.handler.skip = {}; });
    if (handler.fail.part != 0) steps.add([](Scenario& copy) { copy.handler.fail = {}; });
    if (handler.latency.kind != Latency::Kind::fixed) {
        steps.add([](Scenario& copy) { copy.handler.latency.kind = Latency::Kind::fixed; });
    }
    steps.lower(scenario.engine.concurrency_max, 1U, [](Scenario& copy, std::uint32_t workers) {
        copy.engine.concurrency_max = workers;
    });
    if (scenario.phases.restart_at_end) {
        steps.add([](Scenario& copy) { copy.phases.restart_at_end = false; });
    }
}

}  // namespace

bool Symptom::shown_by(const Verdict& verdict) const {
    if (kind == Verdict::Kind::broken) return verdict.breaks(guarantee);
    return verdict.kind == kind;
}

std::vector<Scenario> smaller_scenarios(const Scenario& scenario) {
    Steps steps(scenario);
    // Faults first: with much load left, a run without one of them still hits the bug.
    add_fault_steps(scenario, steps);
    add_load_steps(scenario, steps);
    add_cluster_steps(scenario, steps);
    add_handler_steps(scenario, steps);
    return steps.take();
}

std::optional<Shrunk> shrink(
    const Scenario& scenario, const ShrinkRequest& request, const SweepRun& run
) {
    Shrunk best{
        .scenario = scenario.swarm ? swarm_variant(scenario, request.seed) : scenario,
        .seed = request.seed,
        .runs = 0};
    const auto fails = [&](const Scenario& candidate, std::uint64_t seed) {
        ++best.runs;
        return request.symptom.shown_by(run(candidate, {.seed = seed}).verdict);
    };
    if (!fails(best.scenario, request.seed)) return std::nullopt;

    const auto take_a_step = [&]() {
        for (const Scenario& candidate : smaller_scenarios(best.scenario)) {
            for (std::size_t more = 0; more < request.seeds_per_step; ++more) {
                if (best.runs >= request.runs_max) return false;
                const std::uint64_t seed = best.seed + more;
                if (!fails(candidate, seed)) continue;
                best.scenario = candidate;
                best.seed = seed;
                return true;
            }
        }
        return false;
    };
    while (take_a_step()) {
        if (request.progress) request.progress(best.scenario, best.runs);
    }
    best.scenario.expect = {};
    if (request.symptom.kind == Verdict::Kind::broken) {
        best.scenario.guarantees = {request.symptom.guarantee};
    }
    return best;
}

}  // namespace odradek::scenarios
