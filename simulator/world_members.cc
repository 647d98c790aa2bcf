// Processes: their lives, and what the evidence says of them.

#include "odradek/contract.h"

#include "simulator/client/host.h"
#include "simulator/world_parts.h"

#include <algorithm>
#include <set>
#include <utility>

namespace odradek::sim {

Member& World::Parts::member(std::int32_t number) {
    expects(number >= 0 && static_cast<std::size_t>(number) < members.size());
    return members[static_cast<std::size_t>(number)];
}

std::int32_t World::Parts::add(MemberSpec spec) {
    const auto number = static_cast<std::int32_t>(members.size());
    const ProcessId process = scheduler.add_process();
    const NodeId node = network.add_node(process);
    member_at[node] = number;
    // Handlers of one group share a fate: the seed does not depend on who runs the record.
    const std::uint64_t seed = streams.seed_for("handler of " + spec.group);
    ClientContext client{
        .cluster = cluster,
        .tracer = tracer,
        .fate_of = fate,
        .member = number,
        .process = process,
        .node = node,
        .clock_drift_ppm = spec.clock_drift_ppm,
        .group = spec.group,
        .topics = spec.topics,
        .options = spec.client,
    };
    HandlerModel handler{spec.handler, seed};
    const bool starts = spec.started;
    members.push_back(
        {.spec = std::move(spec),
         .client = std::move(client),
         .ledger = Ledger{tracer, cluster, number},
         .seed = seed,
         .handler = std::move(handler),
         .planned_fates = {},
         .planned_delay = {}}
    );
    if (starts) start(number);
    return number;
}

void World::Parts::start(std::int32_t number) {
    Member& starting = member(number);
    tracer.write(TraceEvent::Kind::member_up, {.member = number});
    starting.consumer = std::make_unique<Consumer>(starting.client);
    const ApplicationContext context{
        .client = starting.client,
        .engine = starting.spec.engine,
        .lanes = starting.spec.lanes,
        .cost = starting.spec.cost,
        .consumer = *starting.consumer,
        .ledger = starting.ledger,
        .handler = [&starting]() -> const HandlerModel& { return starting.handler; },
        .next_epoch = [&starting] { return Epoch{++starting.next_epoch}; },
        .ended = [this, number](const std::string& how) { end(number, how); },
        .broken =
            [this, number](const std::string& what) {
                violations.push_back("member " + std::to_string(number) + ": " + what);
                end(number, "contract: " + what);
            },
    };
    if (starting.spec.application)
        starting.application = starting.spec.application(context);
    else
        starting.application = std::make_unique<Host>(context);
    starting.application->start();
}

// The application ends from inside one of its own calls, so that it is taken apart a moment later.
void World::Parts::end(std::int32_t number, const std::string& how) {
    const std::uint32_t life = scheduler.life_of(member(number).client.process);
    scheduler.at(scheduler.now(), world_process, [this, number, life, how = how] {
        Member& ended = member(number);
        if (!ended.is_up() || scheduler.life_of(ended.client.process) != life) return;
        tracer.write(TraceEvent::Kind::member_down, {.member = number}, how);
        scheduler.kill(ended.client.process);
        ended.application.reset();
        ended.consumer.reset();
    });
}

void World::Parts::crash(std::int32_t number) {
    Member& crashed = member(number);
    if (!crashed.is_up()) return;
    tracer.write(TraceEvent::Kind::member_down, {.member = number}, "crashed");
    scheduler.kill(crashed.client.process);
    crashed.application.reset();
    crashed.consumer.reset();
}

std::string World::Parts::pending_of(const std::string& group, std::int32_t topic) const {
    const Group* const found = cluster.coordinator_of(group).find(group);
    for (std::int32_t id = 0; id < cluster.partition_count(topic); ++id) {
        const Partition& partition = this->partition(topic, PartitionId{id});
        const Offset end = partition.log.end_of_records();
        if (end == partition.log.start()) continue;
        const auto stored =
            found == nullptr ? std::nullopt : found->offsets().durable(partition.number);
        const Offset committed = stored.has_value() ? stored->next_to_read : Offset{0};
        if (committed >= end) continue;
        return "group " + group + " has committed " + std::to_string(committed.value()) + " of " +
               std::to_string(end.value()) + " in topic " + std::to_string(topic) + " partition " +
               std::to_string(id) + "\n";
    }
    return {};
}

std::string World::Parts::pending() const {
    std::string text;
    std::set<std::pair<std::string, std::int32_t>> read;
    for (const Member& each : members) {
        for (const std::int32_t topic : each.spec.topics)
            read.emplace(each.spec.group, topic);
    }
    for (const auto& [group, topic] : read)
        text += pending_of(group, topic);
    for (const Member& each : members) {
        const bool busy = each.is_up() && each.application->running() > 0;
        if (!busy && text.empty()) continue;
        const std::string state = each.is_up() ? each.application->describe() : "is down";
        text += "member " + std::to_string(each.client.member) + ": " + state + "\n";
    }
    return text;
}

}  // namespace odradek::sim
