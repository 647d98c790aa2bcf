#include "simulator/broker/group.h"

#include "odradek/contract.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {
namespace {

// group.min.session.timeout.ms and group.max.session.timeout.ms.
constexpr Duration session_timeout_min = std::chrono::seconds{6};
constexpr Duration session_timeout_max = std::chrono::minutes{30};

}  // namespace

std::string_view name_of(GroupState state) {
    switch (state) {
        case GroupState::empty:
            return "Empty";
        case GroupState::preparing:
            return "PreparingRebalance";
        case GroupState::completing:
            return "CompletingRebalance";
        case GroupState::stable:
            return "Stable";
    }
    return "?";
}

Group::Group(std::string name, const BrokerSpec& spec, GroupPorts& ports)
    : name_(std::move(name))
    , spec_(spec)
    , ports_(ports)
    , offsets_(spec.metadata_chars_max, spec.offsets_batch_bytes_max) {}

Group::Member* Group::find(std::string_view id) {
    const auto found = std::ranges::find(members_, id, &Member::id);
    return found == members_.end() ? nullptr : &*found;
}

// BM-103: the fencing check comes first.
KafkaError Group::check_member(const std::string& id, const std::string& instance) {
    if (!instance.empty()) {
        const auto known = static_ids_.find(instance);
        if (known == static_ids_.end()) return KafkaError::unknown_member_id;
        if (known->second != id) return KafkaError::fenced_instance_id;
    }
    return find(id) == nullptr ? KafkaError::unknown_member_id : KafkaError::none;
}

std::string Group::make_id(const std::string& prefix) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id = prefix + "-";
    for (std::uint64_t rest = ports_.draw_id(), i = 0; i < 16; ++i, rest >>= 4U) {
        id += digits[rest & 0xFU];
    }
    return id;
}

void Group::join(const JoinGroupRequest& request, JoinReply reply) {
    const auto refuse = [&](KafkaError error) {
        reply({.error = error, .member_id = request.member_id});
    };
    if (request.group.empty()) return refuse(KafkaError::invalid_group_id);
    if (request.session_timeout < session_timeout_min ||
        request.session_timeout > session_timeout_max) {
        return refuse(KafkaError::invalid_session_timeout);
    }
    if (!supports(request.protocols)) return refuse(KafkaError::inconsistent_group_protocol);
    if (request.member_id.empty()) {
        if (request.instance_id.empty()) {
            const std::string id = make_id(request.client_id);
            pending_members_[id] = request.session_timeout;
            ports_.after(request.session_timeout, [this, id = id, life = life_] {
                if (life == life_) expire_pending(id);
            });
            return reply({.error = KafkaError::member_id_required, .member_id = id});
        }
        if (static_ids_.contains(request.instance_id)) {
            return replace_static(request, std::move(reply));
        }
        return join_new(request, std::move(reply));
    }
    if (pending_members_.erase(request.member_id) > 0) return join_new(request, std::move(reply));
    const KafkaError error = check_member(request.member_id, request.instance_id);
    if (error != KafkaError::none) return refuse(error);
    join_known(request, *find(request.member_id), std::move(reply));
}

Group::Member& Group::add_member(const JoinGroupRequest& request, std::string id, JoinReply reply) {
    if (members_.empty()) leader_id_ = id;
    if (!request.instance_id.empty()) static_ids_[request.instance_id] = id;
    Member& member = members_.emplace_back();
    member.id = std::move(id);
    member.instance_id = request.instance_id;
    member.client_id = request.client_id;
    member.serial = ++serial_;
    member.is_new = true;
    update(member, request);
    member.join_reply = std::move(reply);
    return member;
}

void Group::update(Member& member, const JoinGroupRequest& request) {
    member.session_timeout = request.session_timeout;
    member.rebalance_timeout = request.rebalance_timeout;
    member.protocols = request.protocols;
}

void Group::remove_member(const std::string& id) {
    Member* const member = find(id);
    expects(member != nullptr);
    if (member->join_reply) {
        member->join_reply({.error = KafkaError::unknown_member_id, .member_id = id});
    }
    if (member->sync_reply) member->sync_reply({.error = KafkaError::unknown_member_id});
    if (!member->instance_id.empty()) static_ids_.erase(member->instance_id);
    members_.erase(members_.begin() + (member - members_.data()));
    if (leader_id_ != id) return;
    // BM-86: the next one is the first in hash order; nothing may depend on which.
    leader_id_ = members_.empty() ? "" : std::ranges::min_element(members_, {}, &Member::id)->id;
}

void Group::touch(Member& member) {
    const bool is_watched = member.session_ends_at > ports_.now();
    member.session_ends_at = ports_.now() + member.session_timeout;
    if (!is_watched) watch_session(member.serial, member.session_ends_at);
}

void Group::watch_session(std::uint64_t serial, Instant when) {
    ports_.after(when - ports_.now(), [this, serial, life = life_] {
        if (life == life_) session_ended(serial);
    });
}

void Group::session_ended(std::uint64_t serial) {
    const auto found = std::ranges::find(members_, serial, &Member::serial);
    if (found == members_.end()) return;
    if (found->session_ends_at > ports_.now()) return watch_session(serial, found->session_ends_at);
    if (found->is_parked()) {  // BM-91: whoever waits for an answer does not expire
        found->session_ends_at = ports_.now() + found->session_timeout;
        return watch_session(serial, found->session_ends_at);
    }
    member_gone(std::string{found->id});
}

// BM-100, BM-101.
void Group::member_gone(const std::string& id) {
    remove_member(id);
    if (state_ == GroupState::stable || state_ == GroupState::completing)
        prepare_rebalance();
    else if (state_ == GroupState::preparing)
        complete_join_if_all();
}

void Group::expire_pending(const std::string& id) {
    if (pending_members_.erase(id) == 0) return;
    if (state_ == GroupState::preparing) complete_join_if_all();
}

// BM-97.
KafkaError Group::heartbeat(const HeartbeatRequest& request) {
    const KafkaError error = check_member(request.member_id, request.instance_id);
    if (error != KafkaError::none) return error;
    if (request.generation != generation_) return KafkaError::illegal_generation;
    touch(*find(request.member_id));
    return state_ == GroupState::preparing ? KafkaError::rebalance_in_progress : KafkaError::none;
}

KafkaError Group::leave(const LeaveGroupRequest& request) {
    if (pending_members_.erase(request.member_id) > 0) {
        // BM-78: the others pay for somebody who never came.
        if (state_ == GroupState::stable || state_ == GroupState::completing)
            prepare_rebalance();
        else if (state_ == GroupState::preparing)
            complete_join_if_all();
        return KafkaError::none;
    }
    if (find(request.member_id) == nullptr) return KafkaError::unknown_member_id;
    member_gone(request.member_id);
    return KafkaError::none;
}

KafkaError Group::check_commit(const OffsetCommitRequest& request) {
    if (request.generation < 0 && state_ == GroupState::empty) return KafkaError::none;  // BM-204
    const bool names_itself =
        request.generation >= 0 || !request.member_id.empty() || !request.instance_id.empty();
    if (!names_itself) return KafkaError::unknown_member_id;  // BM-206
    const KafkaError error = check_member(request.member_id, request.instance_id);
    if (error != KafkaError::none) return error;
    if (request.generation != generation_) return KafkaError::illegal_generation;    // BM-205
    if (state_ == GroupState::completing) return KafkaError::rebalance_in_progress;  // BM-207
    touch(*find(request.member_id));                                                 // BM-98
    return KafkaError::none;
}

void Group::unload() {
    ++life_;
    ++phase_;
    for (Member& member : members_) {
        if (member.join_reply) {
            std::exchange(member.join_reply, nullptr)(
                {.error = KafkaError::not_coordinator, .member_id = member.id}
            );
        }
    }
    answer_syncs(KafkaError::not_coordinator);
    offsets_.forget_unreplicated();
}

void Group::load() {
    ++life_;
    ++phase_;
    storing_ = false;
    initial_ = false;
    pending_members_.clear();
    generation_ = durable_.generation;
    protocol_ = durable_.protocol;
    leader_id_ = durable_.leader_id;
    members_ = durable_.members;
    static_ids_.clear();
    state_ = members_.empty() ? GroupState::empty : GroupState::stable;
    for (Member& member : members_) {
        if (!member.instance_id.empty()) static_ids_[member.instance_id] = member.id;
        member.serial = ++serial_;
        member.session_ends_at = {};
        touch(member);
    }
}

}  // namespace odradek::sim
