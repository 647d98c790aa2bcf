// What breaks. Everything is written to the trace as fault_on and, where it ends by itself,
// fault_off.

#include "odradek/contract.h"

#include "simulator/broker/broker.h"
#include "simulator/world_parts.h"

#include <string>
#include <utility>
#include <variant>

namespace odradek::sim {
namespace {

KafkaError error_of(CommitRefusal why) {
    switch (why) {
        case CommitRefusal::not_coordinator:
            return KafkaError::not_coordinator;
        case CommitRefusal::coordinator_not_available:
            return KafkaError::coordinator_not_available;
        case CommitRefusal::coordinator_load_in_progress:
            return KafkaError::coordinator_load_in_progress;
        case CommitRefusal::not_authorized:
            return KafkaError::group_authorization_failed;
        case CommitRefusal::unknown_server_error:
            return KafkaError::unknown;
    }
    return KafkaError::unknown;
}

std::string named(const char* what, std::int32_t number) {
    return std::string{what} + " " + std::to_string(number);
}

}  // namespace

void World::Parts::fault_for(
    const std::string& which, const TracePlace& place, Duration for_how_long
) {
    tracer.fault(true, which, place);
    scheduler.after(for_how_long, world_process, [this, which = which, member = place.member] {
        tracer.fault(false, which, {.member = member});
    });
}

RequestFate World::Parts::fate_of(NodeId client, const Request& request) {
    if (!std::holds_alternative<OffsetCommitRequest>(request)) return {};
    Member& sender = member(member_at.at(client));
    RequestFate planned;
    if (sender.planned_delay.has_value()) {
        planned.answer_delay = *std::exchange(sender.planned_delay, std::nullopt);
    }
    for (auto& [kind, count] : sender.planned_fates) {
        if (count == 0) continue;
        --count;
        planned.kind = kind;
        break;
    }
    if (planned.kind != RequestFate::Kind::normal || planned.answer_delay > Duration::zero()) {
        tracer.probe("commit fault hit", sender.client.member);
    }
    return planned;
}

void World::Parts::hold_links(std::int32_t number, std::int32_t broker, Duration for_how_long) {
    const Instant until = scheduler.now() + for_how_long;
    for (BrokerNumber each = 0; each < cluster.broker_count(); ++each) {
        if (broker != -1 && broker != each) continue;
        network.hold(member(number).client.node, cluster.broker(each).node(), until);
    }
}

void World::freeze_member(std::int32_t member, Duration for_how_long) {
    Member& frozen = parts_->member(member);
    const ProcessId process = frozen.client.process;
    if (!frozen.is_up() || parts_->scheduler.is_frozen(process)) return;
    parts_->fault_for(named("freeze member", member), {.member = member}, for_how_long);
    parts_->scheduler.freeze(process);
    const std::uint32_t life = parts_->scheduler.life_of(process);
    parts_->scheduler.after(for_how_long, world_process, [this, process, life] {
        if (parts_->scheduler.life_of(process) == life) parts_->scheduler.thaw(process);
    });
}

void World::cut_link(std::int32_t member, std::int32_t broker, Duration for_how_long) {
    parts_->fault_for(named("cut member", member), {.member = member}, for_how_long);
    parts_->hold_links(member, broker, for_how_long);
    Member& cut = parts_->member(member);
    // What is under way is lost with its connection; new ones wait for the end of the cut.
    if (cut.consumer != nullptr) cut.consumer->break_connections();
}

void World::clog_link(std::int32_t member, std::int32_t broker, Duration for_how_long) {
    parts_->fault_for(named("clog member", member), {.member = member}, for_how_long);
    parts_->hold_links(member, broker, for_how_long);
}

void World::break_connections(std::int32_t member) {
    parts_->tracer.fault(true, named("break connections of member", member), {.member = member});
    Member& cut = parts_->member(member);
    if (cut.consumer != nullptr) cut.consumer->break_connections();
}

void World::lose_next_commit_answer(std::int32_t member) {
    parts_->tracer.fault(true, named("lose next commit answer of member", member));
    ++parts_->member(member).planned_fates[RequestFate::Kind::break_after];
}

void World::swallow_next_commit_answer(std::int32_t member) {
    parts_->tracer.fault(true, named("swallow next commit answer of member", member));
    ++parts_->member(member).planned_fates[RequestFate::Kind::swallow_answer];
}

void World::lose_next_commit(std::int32_t member) {
    parts_->tracer.fault(true, named("lose next commit of member", member));
    ++parts_->member(member).planned_fates[RequestFate::Kind::break_before];
}

void World::delay_next_commit_answer(std::int32_t member, Duration by) {
    parts_->tracer.fault(true, named("delay next commit answer of member", member));
    parts_->member(member).planned_delay = by;
}

void World::refuse_commits(std::string_view group, CommitRefusal why, Duration for_how_long) {
    const KafkaError error = error_of(why);
    const std::string which =
        "refuse commits of " + std::string{group} + " with " + std::string{name_of(error)};
    parts_->fault_for(which, {}, for_how_long);
    parts_->cluster.coordinator_of(group).refuse_commits(group, error, now() + for_how_long);
}

void World::crash_broker(std::int32_t broker) {
    if (!parts_->cluster.is_up(broker)) return;
    parts_->tracer.fault(true, named("broker down", broker));
    parts_->cluster.crash(broker);
}

void World::restart_broker(std::int32_t broker) {
    if (parts_->cluster.is_up(broker)) return;
    parts_->tracer.fault(false, named("broker down", broker));
    parts_->cluster.restart(broker);
}

void World::freeze_broker(std::int32_t broker, Duration for_how_long) {
    const ProcessId process = parts_->cluster.broker(broker).process();
    if (!parts_->cluster.is_up(broker) || parts_->scheduler.is_frozen(process)) return;
    parts_->fault_for(named("freeze broker", broker), {}, for_how_long);
    parts_->scheduler.freeze(process);
    const std::uint32_t life = parts_->scheduler.life_of(process);
    parts_->scheduler.after(for_how_long, world_process, [this, process, life] {
        if (parts_->scheduler.life_of(process) == life) parts_->scheduler.thaw(process);
    });
}

void World::move_coordinator(std::string_view group, std::int32_t to_broker) {
    if (!parts_->cluster.is_up(to_broker)) return;
    parts_->tracer.fault(true, named("coordinator moves to broker", to_broker));
    parts_->cluster.coordinator_of(group).move_to(to_broker);
}

void World::move_leader(std::int32_t topic, PartitionId partition, std::int32_t to_broker) {
    if (!parts_->cluster.is_up(to_broker)) return;
    parts_->tracer.fault(
        true, named("leader moves to broker", to_broker), {.topic = topic, .partition = partition}
    );
    parts_->cluster.move_leader(parts_->cluster.number_of(topic, partition), to_broker);
}

void World::add_partitions(std::int32_t topic, std::int32_t count_after) {
    parts_->tracer.fault(true, named("partitions become", count_after), {.topic = topic});
    parts_->cluster.add_partitions(topic, count_after);
}

void World::append_marker(std::int32_t topic, PartitionId partition) {
    Partition& target = parts_->partition(topic, partition);
    const Offset offset = target.log.append_marker();
    parts_->tracer.fault(
        true, "marker", {.topic = topic, .partition = partition, .offset = offset}
    );
    parts_->cluster.wake_fetches(target);
}

void World::append_aborted(std::int32_t topic, PartitionId partition, std::int32_t records) {
    Partition& target = parts_->partition(topic, partition);
    const Offset offset = target.log.end();
    target.log.append_aborted(records);
    parts_->tracer.fault(
        true,
        named("aborted records", records),
        {.topic = topic, .partition = partition, .offset = offset}
    );
    parts_->cluster.wake_fetches(target);
}

void World::compact(std::int32_t topic, PartitionId partition) {
    constexpr std::size_t active_batches = 2;  // the active segment is never touched
    for (const Offset gone : parts_->partition(topic, partition).log.compact(active_batches)) {
        parts_->tracer.fault(
            true, "compacted away", {.topic = topic, .partition = partition, .offset = gone}
        );
    }
}

void World::delete_records(std::int32_t topic, PartitionId partition, Offset before) {
    Partition& target = parts_->partition(topic, partition);
    target.log.delete_before(before);
    parts_->tracer.fault(
        true, "log start", {.topic = topic, .partition = partition, .offset = target.log.start()}
    );
}

void World::truncate(std::int32_t topic, PartitionId partition, Offset new_end) {
    Partition& target = parts_->partition(topic, partition);
    if (new_end < target.log.start() || new_end > target.log.end()) return;
    (void)target.log.truncate(new_end);
    parts_->tracer.fault(
        true, "truncated", {.topic = topic, .partition = partition, .offset = target.log.end()}
    );
    parts_->cluster.wake_fetches(target);
}

void World::store_offset(
    std::string_view group, std::int32_t topic, PartitionId partition, const StoredOffset& offset
) {
    parts_->tracer.fault(
        true,
        "offset stored from outside",
        {.topic = topic, .partition = partition, .offset = offset.next_to_read}
    );
    parts_->cluster.coordinator_of(group).store(
        group, {parts_->cluster.number_of(topic, partition), offset.next_to_read, offset.metadata}
    );
}

}  // namespace odradek::sim
