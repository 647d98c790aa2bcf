#include "odradek/contract.h"

#include "simulator/broker/group.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {
namespace {

// classicGroupNewMemberJoinTimeoutMs (BM-91).
constexpr Duration new_member_join_timeout = std::chrono::minutes{5};

bool offers(const std::vector<GroupProtocol>& protocols, const std::string& name) {
    return std::ranges::find(protocols, name, &GroupProtocol::name) != protocols.end();
}

}  // namespace

// BM-79: one name that all members offer.
bool Group::supports(const std::vector<GroupProtocol>& protocols) const {
    return std::ranges::any_of(protocols, [this](const GroupProtocol& protocol) {
        return std::ranges::all_of(members_, [&protocol](const Member& member) {
            return offers(member.protocols, protocol.name);
        });
    });
}

// BM-80: each member votes for the first of its own list that all offer; ties by name.
std::string Group::select_protocol() const {
    std::map<std::string, int> votes;
    for (const Member& voter : members_) {
        for (const GroupProtocol& protocol : voter.protocols) {
            const bool all = std::ranges::all_of(members_, [&protocol](const Member& member) {
                return offers(member.protocols, protocol.name);
            });
            if (!all) continue;
            ++votes[protocol.name];
            break;
        }
    }
    expects(!votes.empty());
    return std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->first;
}

Duration Group::rebalance_timeout() const {
    Duration longest{};
    for (const Member& member : members_)
        longest = std::max(longest, member.rebalance_timeout);
    return longest;
}

void Group::join_new(const JoinGroupRequest& request, JoinReply reply) {
    std::string id = request.member_id.empty() ? make_id(request.instance_id) : request.member_id;
    Member& member = add_member(request, std::move(id), std::move(reply));
    ports_.after(new_member_join_timeout, [this, serial = member.serial, life = life_] {
        const auto found = std::ranges::find(members_, serial, &Member::serial);
        if (life != life_ || found == members_.end()) return;
        if (found->is_new && found->join_reply) member_gone(std::string{found->id});
    });
    if (state_ == GroupState::preparing)
        complete_join_if_all();
    else
        prepare_rebalance();
}

void Group::join_known(const JoinGroupRequest& request, Member& member, JoinReply reply) {
    if (state_ == GroupState::preparing) {  // BM-90
        update(member, request);
        park_join(member, std::move(reply));
        return complete_join_if_all();
    }
    const bool same = member.protocols == request.protocols;
    const bool is_leader = member.id == leader_id_;
    const bool rebalances = state_ == GroupState::stable ? is_leader || !same : !same;
    update(member, request);
    if (!rebalances) {  // BM-88, BM-89: for it alone, and nobody else notices
        touch(member);
        reply(join_answer(member));
        return;
    }
    park_join(member, std::move(reply));
    prepare_rebalance();
}

// BM-104 … BM-107.
void Group::replace_static(const JoinGroupRequest& request, JoinReply reply) {
    std::string& id_of_instance = static_ids_.at(request.instance_id);
    const std::string old_id = id_of_instance;
    Member& member = *find(old_id);
    if (member.join_reply) {
        std::exchange(member.join_reply, nullptr)(
            {.error = KafkaError::fenced_instance_id, .member_id = old_id}
        );
    }
    if (member.sync_reply) {
        std::exchange(member.sync_reply, nullptr)({.error = KafkaError::fenced_instance_id});
    }
    member.id = make_id(request.instance_id);
    member.serial = ++serial_;
    member.session_ends_at = {};
    id_of_instance = member.id;
    const bool was_leader = leader_id_ == old_id;
    if (was_leader) leader_id_ = member.id;
    const bool same_protocol = offers(request.protocols, protocol_);
    update(member, request);
    touch(member);
    if (state_ == GroupState::stable && same_protocol) {
        JoinGroupResponse answer = join_answer(member);
        if (was_leader) answer.leader_id = old_id;  // BM-106: it acts as a follower
        answer.members.clear();
        durable_ = snapshot();
        reply(std::move(answer));
        return;
    }
    park_join(member, std::move(reply));
    if (state_ == GroupState::preparing)
        complete_join_if_all();
    else
        prepare_rebalance();
}

void Group::park_join(Member& member, JoinReply reply) {
    member.join_reply = std::move(reply);
}

void Group::prepare_rebalance() {
    if (state_ == GroupState::completing) {
        for (Member& member : members_)
            member.assigned.clear();
        answer_syncs(KafkaError::rebalance_in_progress);
    }
    initial_ = state_ == GroupState::empty;
    state_ = GroupState::preparing;
    storing_ = false;
    const std::uint64_t phase = ++phase_;
    if (initial_) {
        const Duration longest = std::max(rebalance_timeout(), spec_.initial_rebalance_delay);
        complete_initial(phase, longest, 0);
        return;
    }
    ports_.after(rebalance_timeout(), [this, phase] { expire_phase(phase); });
    complete_join_if_all();
}

// BM-82: as long as new members came in the last round, one more round.
void Group::complete_initial(std::uint64_t phase, Duration left, std::size_t members_before) {
    if (phase != phase_) return;
    const Duration delay = std::min(left, spec_.initial_rebalance_delay);
    if (members_.size() == members_before || delay == Duration::zero()) {
        initial_ = false;
        return complete_join();
    }
    ports_.after(delay, [this, phase, rest = left - delay, members = members_.size()] {
        complete_initial(phase, rest, members);
    });
}

void Group::complete_join_if_all() {
    if (initial_) return;
    const bool all_joined =
        pending_members_.empty() && std::ranges::all_of(members_, [](const Member& member) {
            return static_cast<bool>(member.join_reply);
        });
    if (all_joined) complete_join();
}

void Group::expire_phase(std::uint64_t phase) {
    if (phase == phase_ && state_ == GroupState::preparing) complete_join();
}

void Group::complete_join() {
    std::vector<std::string> absent;  // BM-84: static members stay
    for (const Member& member : members_) {
        if (!member.join_reply && member.instance_id.empty()) absent.push_back(member.id);
    }
    for (const std::string& id : absent)
        remove_member(id);
    const std::uint64_t phase = ++phase_;
    if (members_.empty()) {  // BM-72
        ++generation_;
        protocol_.clear();
        state_ = GroupState::empty;
        ports_.write([this, now = snapshot()](WriteResult result) {
            if (result != WriteResult::lost) durable_ = now;
        });
        return;
    }
    const bool any_joined = std::ranges::any_of(members_, [](const Member& member) {
        return static_cast<bool>(member.join_reply);
    });
    if (!any_joined) {  // BM-85
        ports_.after(rebalance_timeout(), [this, phase] { expire_phase(phase); });
        return;
    }
    elect_leader();
    start_generation();
}

void Group::elect_leader() {
    const Member* const leader = find(leader_id_);
    if (leader != nullptr && leader->join_reply) return;
    const auto joined = std::ranges::find_if(members_, [](const Member& member) {
        return static_cast<bool>(member.join_reply);
    });
    leader_id_ = joined->id;
}

void Group::start_generation() {
    ++generation_;
    protocol_ = select_protocol();
    state_ = GroupState::completing;
    const std::int32_t generation = generation_;
    ports_.after(rebalance_timeout(), [this, generation, life = life_] {
        if (life == life_) expire_sync(generation);
    });
    for (Member& member : members_) {
        member.is_new = false;
        member.assigned.clear();
        touch(member);
        if (!member.join_reply) continue;
        const JoinReply reply = std::exchange(member.join_reply, nullptr);
        reply(join_answer(member));
    }
}

JoinGroupResponse Group::join_answer(const Member& member) const {
    JoinGroupResponse answer{
        .generation = generation_,
        .protocol = protocol_,
        .leader_id = leader_id_,
        .member_id = member.id,
    };
    if (member.id != leader_id_) return answer;
    for (const Member& each : members_) {
        const auto protocol = std::ranges::find(each.protocols, protocol_, &GroupProtocol::name);
        if (protocol == each.protocols.end()) continue;
        answer.members.push_back({each.id, each.instance_id, protocol->subscription});
    }
    return answer;
}

// BM-93.
void Group::sync(const SyncGroupRequest& request, SyncReply reply) {
    if (state_ == GroupState::empty) return reply({.error = KafkaError::unknown_member_id});
    const KafkaError error = check_member(request.member_id, request.instance_id);
    if (error != KafkaError::none) return reply({.error = error});
    if (request.generation != generation_) return reply({.error = KafkaError::illegal_generation});
    Member& member = *find(request.member_id);
    if (state_ == GroupState::preparing) {
        return reply({.error = KafkaError::rebalance_in_progress});
    }
    if (state_ == GroupState::stable) {
        touch(member);
        return reply({.assigned = member.assigned});
    }
    member.sync_reply = std::move(reply);
    if (member.id != leader_id_ || storing_) return;
    storing_ = true;
    for (Member& each : members_) {  // BM-94: not named, nothing
        const auto named = request.assignment.find(each.id);
        each.assigned.clear();
        if (named != request.assignment.end()) each.assigned = named->second;
    }
    ports_.write([this, generation = generation_, life = life_](WriteResult result) {
        if (life == life_ && result != WriteResult::lost) complete_stored(generation, result);
    });
}

void Group::complete_stored(std::int32_t generation, WriteResult result) {
    if (generation != generation_ || state_ != GroupState::completing) return;
    storing_ = false;
    state_ = GroupState::stable;
    durable_ = snapshot();
    if (result == WriteResult::stored_unanswered) return;  // unload() answers
    for (Member& member : members_) {
        touch(member);
        if (!member.sync_reply) continue;
        const SyncReply reply = std::exchange(member.sync_reply, nullptr);
        reply({.assigned = member.assigned});
    }
}

// BM-96.
void Group::expire_sync(std::int32_t generation) {
    if (generation != generation_ || state_ != GroupState::completing || storing_) return;
    std::vector<std::string> silent;
    for (const Member& member : members_) {
        if (!member.sync_reply) silent.push_back(member.id);
    }
    if (silent.empty()) return;
    for (const std::string& id : silent)
        remove_member(id);
    prepare_rebalance();
}

void Group::answer_syncs(KafkaError error) {
    for (Member& member : members_) {
        if (!member.sync_reply) continue;
        const SyncReply reply = std::exchange(member.sync_reply, nullptr);
        reply({.error = error});
    }
}

Group::Snapshot Group::snapshot() const {
    Snapshot made{
        .generation = generation_,
        .protocol = protocol_,
        .leader_id = leader_id_,
        .members = members_,
    };
    for (Member& member : made.members) {
        member.join_reply = nullptr;
        member.sync_reply = nullptr;
    }
    return made;
}

}  // namespace odradek::sim
