#include "simulator/broker/coordinator.h"

#include "odradek/contract.h"

#include "simulator/broker/broker.h"
#include "simulator/broker/cluster.h"

#include <cstdlib>
#include <type_traits>
#include <utility>

namespace odradek::sim {
namespace {

OffsetCommitResponse commit_answer(const OffsetCommitRequest& request, KafkaError error) {
    OffsetCommitResponse answer;
    for (const OffsetToStore& offset : request.offsets) {
        answer.partitions.push_back({offset.partition, error});
    }
    return answer;
}

OffsetCommitResponse failed(OffsetCommitResponse answer) {
    for (StoredPartition& each : answer.partitions)
        each.error = KafkaError::not_coordinator;
    return answer;
}

}  // namespace

Coordinator::Coordinator(Cluster& cluster, BrokerNumber leader)
    : cluster_(cluster)
    , leader_(leader) {}

std::int32_t Coordinator::partition_of(std::string_view group) {
    std::uint32_t hash = 0;
    for (const char c : group)
        hash = hash * 31 + static_cast<unsigned char>(c);
    const auto as_java = static_cast<std::int32_t>(hash);
    // Utils.abs: the smallest integer has no positive twin and becomes 0.
    return as_java == INT32_MIN ? 0 : std::abs(as_java) % partitions;
}

Instant Coordinator::now() const {
    return cluster_.scheduler().now();
}

void Coordinator::after(Duration delay, Task task) {
    if (leader_ == no_broker) return;  // load() starts what is needed
    cluster_.scheduler().after(delay, cluster_.broker(leader_).process(), std::move(task));
}

std::uint64_t Coordinator::draw_id() {
    return cluster_.random().next();
}

// BM-5: the batch leaves when the linger of its first write is over.
void Coordinator::write(std::function<void(WriteResult)> done) {
    writes_.push_back(std::move(done));
    if (writes_.size() > 1) return;
    after(cluster_.spec().append_linger, [this, life = life_] {
        if (life == life_) flush(WriteResult::stored);
    });
}

void Coordinator::flush(WriteResult result) {
    const auto writes = std::exchange(writes_, {});
    for (const auto& done : writes)
        done(result);
}

// BM-6.
void Coordinator::after_writes(std::function<void()> done) {
    if (writes_.empty()) return done();
    writes_.push_back([done = std::move(done)](WriteResult) { done(); });
}

KafkaError Coordinator::availability(BrokerNumber broker) const {
    if (leader_ != broker) return KafkaError::not_coordinator;
    return loading_ ? KafkaError::coordinator_load_in_progress : KafkaError::none;
}

Group* Coordinator::find(std::string_view group) {
    const auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : found->second.get();
}

const Group* Coordinator::find(std::string_view group) const {
    const auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : found->second.get();
}

Group& Coordinator::find_or_make(const std::string& group) {
    std::unique_ptr<Group>& slot = groups_[group];
    if (slot == nullptr) slot = std::make_unique<Group>(group, cluster_.spec(), *this);
    return *slot;
}

void Coordinator::move_to(BrokerNumber broker) {
    if (broker == leader_) return;
    ++life_;
    // What waited for its batch may or may not have reached the other replicas (BM-7).
    flush(cluster_.random().chance({1, 2}) ? WriteResult::stored_unanswered : WriteResult::lost);
    for (const auto& [name, group] : groups_)
        group->unload();
    leader_ = broker;
    if (broker == no_broker) return;
    loading_ = true;
    after(cluster_.spec().coordinator_load_time, [this, life = life_] { finish_load(life); });
}

void Coordinator::finish_load(std::uint64_t life) {
    if (life != life_) return;
    loading_ = false;
    for (const auto& [name, group] : groups_)
        group->load();
    if (!groups_.empty()) cluster_.tracer().probe("coordinator loaded");
}

void Coordinator::refuse_commits(std::string_view group, KafkaError error, Instant until) {
    refusals_.insert_or_assign(std::string{group}, Refusal{error, until});
}

KafkaError Coordinator::refusal(const std::string& group) {
    const auto found = refusals_.find(group);
    if (found == refusals_.end() || found->second.until <= now()) return KafkaError::none;
    return found->second.error;
}

void Coordinator::store(std::string_view group, const OffsetToStore& offset) {
    CommittedOffsets& offsets = find_or_make(std::string{group}).offsets();
    std::vector<OffsetToStore> list = {offset};
    if (offsets.accept(list, group)[0].error == KafkaError::none) offsets.make_durable(list[0]);
}

void Coordinator::forget(PartitionNumber partition) {
    for (const auto& [name, group] : groups_)
        group->offsets().forget(partition);
}

void Coordinator::store_pending(
    const std::string& group, std::uint64_t producer, const std::vector<OffsetToStore>& offsets
) {
    for (const OffsetToStore& offset : offsets)
        find_or_make(group).offsets().hold(producer, offset);
}

void Coordinator::end_pending(const std::string& group, std::uint64_t producer, bool committed) {
    find_or_make(group).offsets().release(producer, committed);
}

void Coordinator::receive(BrokerNumber broker, Request request, const Reply& reply) {
    std::visit(
        [&](auto& asked) {
            if constexpr (requires { answer(broker, asked, reply); })
                answer(broker, asked, reply);
            else
                expects(false);  // not a request for a coordinator
        },
        request
    );
}

void Coordinator::answer(BrokerNumber broker, JoinGroupRequest& request, const Reply& reply) {
    KafkaError error = availability(broker);
    // BM-73: a member id of a group that is not there belongs to nobody.
    if (error == KafkaError::none && !request.member_id.empty() && find(request.group) == nullptr) {
        error = KafkaError::unknown_member_id;
    }
    if (error != KafkaError::none) {
        return reply(JoinGroupResponse{.error = error, .member_id = request.member_id});
    }
    find_or_make(request.group).join(request, [reply](JoinGroupResponse answered) {
        reply(std::move(answered));
    });
}

void Coordinator::answer(BrokerNumber broker, SyncGroupRequest& request, const Reply& reply) {
    const KafkaError error = availability(broker);
    Group* const group = find(request.group);
    if (error != KafkaError::none) return reply(SyncGroupResponse{.error = error});
    if (group == nullptr) return reply(SyncGroupResponse{.error = KafkaError::unknown_member_id});
    group->sync(request, [reply](SyncGroupResponse answered) { reply(std::move(answered)); });
}

void Coordinator::answer(BrokerNumber broker, HeartbeatRequest& request, const Reply& reply) {
    KafkaError error = availability(broker);
    if (error == KafkaError::coordinator_load_in_progress) {  // BM-10: blindly
        return reply(HeartbeatResponse{});
    }
    if (error == KafkaError::none) {
        Group* const group = find(request.group);
        error = group == nullptr ? KafkaError::unknown_member_id : group->heartbeat(request);
    }
    after_writes([reply, error] { reply(HeartbeatResponse{.error = error}); });
}

void Coordinator::answer(BrokerNumber broker, LeaveGroupRequest& request, const Reply& reply) {
    KafkaError error = availability(broker);
    if (error == KafkaError::none) {
        Group* const group = find(request.group);
        error = group == nullptr ? KafkaError::unknown_member_id : group->leave(request);
    }
    after_writes([reply, error] { reply(LeaveGroupResponse{.error = error}); });
}

// BM-200 … BM-207.
void Coordinator::answer(BrokerNumber broker, OffsetCommitRequest& request, const Reply& reply) {
    KafkaError error = refusal(request.group);
    if (error == KafkaError::none) error = availability(broker);
    if (error == KafkaError::none) {
        Group* const group = find(request.group);
        if (group != nullptr)
            error = group->check_commit(request);
        else if (request.generation >= 0)
            error = KafkaError::illegal_generation;  // BM-202
    }
    if (error != KafkaError::none) return reply(commit_answer(request, error));
    Group& group = find_or_make(request.group);
    commit(group, std::move(request), reply);
}

void Coordinator::commit(Group& group, OffsetCommitRequest request, const Reply& reply) {
    const std::vector<OffsetToStore> asked = request.offsets;
    std::erase_if(request.offsets, [this](const OffsetToStore& offset) {  // BM-200
        return !cluster_.exists(offset.partition);
    });
    const std::vector<StoredPartition> accepted =
        group.offsets().accept(request.offsets, group.name());
    OffsetCommitResponse answered;
    for (std::size_t known = 0; const OffsetToStore& offset : asked) {
        const bool is_known = cluster_.exists(offset.partition);
        answered.partitions.push_back(
            is_known ? accepted[known++]
                     : StoredPartition{offset.partition, KafkaError::unknown_topic_or_part}
        );
    }
    if (request.offsets.empty()) return reply(answered);
    write([this, &group, reply, request = std::move(request), accepted, answered](WriteResult result
          ) {
        if (result == WriteResult::lost) return reply(failed(answered));
        for (std::size_t i = 0; i < request.offsets.size(); ++i) {
            if (accepted[i].error != KafkaError::none) continue;
            group.offsets().make_durable(request.offsets[i]);
            trace_committed(request, i);
        }
        reply(result == WriteResult::stored_unanswered ? failed(answered) : answered);
    });
}

void Coordinator::trace_committed(const OffsetCommitRequest& request, std::size_t index) {
    const OffsetToStore& offset = request.offsets[index];
    const Partition& partition = cluster_.partition(offset.partition);
    cluster_.tracer().write(
        TraceEvent::Kind::committed,
        {.member = request.sent_by,
         .topic = partition.topic,
         .partition = partition.id,
         .offset = offset.next_to_read},
        offset.metadata
    );
}

void Coordinator::answer(BrokerNumber broker, OffsetFetchRequest& request, const Reply& reply) {
    const KafkaError error = availability(broker);
    if (error != KafkaError::none) return reply(OffsetFetchResponse{.error = error});
    after_writes([this, request = std::move(request), reply] {
        OffsetFetchResponse answered;
        const Group* const group = find(request.group);
        for (const PartitionNumber partition : request.partitions) {
            FetchedOffset fetched{.partition = partition};  // BM-234
            const auto stored =
                group == nullptr ? std::nullopt : group->offsets().accepted(partition);
            if (stored.has_value()) {
                fetched.next_to_read = stored->next_to_read;
                fetched.metadata = stored->metadata;
            }
            if (group != nullptr && group->offsets().is_pending(partition)) {  // BM-235
                fetched.error = KafkaError::unstable_offset_commit;
            }
            answered.offsets.push_back(std::move(fetched));
        }
        reply(std::move(answered));
    });
}

}  // namespace odradek::sim
