#include "simulator/world.h"

#include "odradek/contract.h"

#include "simulator/broker/broker.h"
#include "simulator/world_parts.h"

#include <utility>

namespace odradek::sim {

World::Parts::Parts(WorldOptions given, TraceSink& sink)
    : options(std::move(given))
    , streams(options.seed)
    , tracer(scheduler, sink)
    , network(scheduler, options.network, streams.named("network"))
    , cluster(
          options.brokers,
          options.topics,
          {.network = network, .tracer = tracer, .random = streams.named("brokers")}
      )
    , fate([this](NodeId client, const Request& request) { return fate_of(client, request); }) {}

World::World(WorldOptions options, TraceSink& sink)
    : parts_(std::make_unique<Parts>(std::move(options), sink)) {
    for (MemberSpec& spec : std::exchange(parts_->options.members, {})) {
        add_member(std::move(spec));
    }
}

World::~World() = default;

Instant World::now() const {
    return parts_->scheduler.now();
}

void World::schedule(Instant at, std::function<void()> action) {
    parts_->scheduler.at(at, world_process, [action = std::move(action)] { action(); });
}

Offset World::produce(const ProducedRecord& record) {
    Partition& partition = parts_->partition(record.topic, record.partition);
    const Offset offset = partition.log.append(
        {.key = record.key,
         .has_key = record.has_key,
         .value_bytes = record.value_bytes,
         .timestamp = record.timestamp},
        now()
    );
    parts_->tracer.write(
        TraceEvent::Kind::produced,
        {.topic = record.topic, .partition = record.partition, .offset = offset},
        {.bytes = record.key, .has_key = record.has_key},
        {}
    );
    if (!partition.waiting.empty()) parts_->cluster.wake_fetches(partition);
    return offset;
}

void World::run_until(Instant until) {
    parts_->scheduler.run_until(until);
}

bool World::run_until_idle(Instant limit, Duration step) {
    expects(step > Duration::zero());
    while (!idle() && now() < limit)
        run_until(std::min(now() + step, limit));
    return idle();
}

std::int32_t World::add_member(MemberSpec spec) {
    return parts_->add(std::move(spec));
}

std::int32_t World::member_count() const {
    return static_cast<std::int32_t>(parts_->members.size());
}

bool World::is_up(std::int32_t member) const {
    return parts_->member(member).is_up();
}

void World::crash_member(std::int32_t member) {
    parts_->crash(member);
}

void World::restart_member(std::int32_t member) {
    if (!is_up(member)) parts_->start(member);
}

void World::stop_member(std::int32_t member, const CloseOptions& options) {
    Member& stopped = parts_->member(member);
    if (!stopped.is_up()) return;
    parts_->scheduler.at(now(), stopped.client.process, [&stopped, options] {
        stopped.application->close(options);
    });
}

void World::pause_member(std::int32_t member) {
    Member& paused = parts_->member(member);
    if (paused.is_up()) paused.application->pause();
}

void World::resume_member(std::int32_t member) {
    Member& resumed = parts_->member(member);
    if (resumed.is_up()) resumed.application->resume();
}

void World::request_commit(std::int32_t member) {
    Member& asked = parts_->member(member);
    if (asked.is_up()) asked.application->request_commit();
}

void World::set_handler(std::int32_t member, HandlerSpec handler) {
    Member& changed = parts_->member(member);
    if (!handler.user) handler.user = changed.spec.handler.user;  // code stays, its luck changes
    changed.handler = HandlerModel{std::move(handler), changed.seed};
}

std::int32_t World::partition_count(std::int32_t topic) const {
    return parts_->cluster.partition_count(topic);
}

Offset World::log_start(std::int32_t topic, PartitionId partition) const {
    return parts_->partition(topic, partition).log.start();
}

Offset World::end_of_log(std::int32_t topic, PartitionId partition) const {
    return parts_->partition(topic, partition).log.end();
}

bool World::has_record(std::int32_t topic, PartitionId partition, Offset offset) const {
    return parts_->partition(topic, partition).log.has_record(offset);
}

std::optional<StoredOffset> World::committed(
    std::string_view group, std::int32_t topic, PartitionId partition
) const {
    const Group* const found = parts_->cluster.coordinator_of(group).find(group);
    if (found == nullptr) return std::nullopt;
    const auto stored = found->offsets().durable(parts_->cluster.number_of(topic, partition));
    if (!stored.has_value()) return std::nullopt;
    return StoredOffset{stored->next_to_read, stored->metadata};
}

bool World::idle() const {
    return parts_->pending().empty();
}

std::string World::pending() const {
    return parts_->pending();
}

std::uint64_t World::handled() const {
    std::uint64_t sum = 0;
    for (const Member& member : parts_->members)
        sum += member.ledger.handled();
    return sum;
}

const std::vector<std::string>& World::contract_violations() const {
    return parts_->violations;
}

}  // namespace odradek::sim
