#include "odradek/contract.h"

#include "simulator/broker/assignors.h"
#include "simulator/client/membership.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace odradek::sim {
namespace {

constexpr Duration join_interval = std::chrono::seconds{1};  // BM-127
constexpr Duration request_extra = std::chrono::seconds{3};  // BM-276

std::string protocol_of(Assignor assignor) {
    switch (assignor) {
        case Assignor::range:
            return "range";
        case Assignor::roundrobin:
            return "roundrobin";
        case Assignor::cooperative_sticky:
            return "cooperative-sticky";
    }
    return "range";
}

std::vector<PartitionNumber> without(
    const std::vector<PartitionNumber>& all, const std::vector<PartitionNumber>& taken
) {
    std::vector<PartitionNumber> rest;
    std::ranges::copy_if(all, std::back_inserter(rest), [&taken](PartitionNumber each) {
        return std::ranges::find(taken, each) == taken.end();
    });
    return rest;
}

}  // namespace

void Membership::rejoin() {
    state_ = State::init;
    ++attempt_;
    join_when_due();
}

void Membership::join_when_due() {
    const Instant due = last_join_at_ + context_.of_own_clock(join_interval);
    const bool at_once = std::exchange(join_at_once_, false) || due <= context_.now();
    const auto go = [this, attempt = attempt_] {
        if (attempt != attempt_ || state_ != State::init) return;
        link_.when_known([this, attempt] {
            if (attempt == attempt_ && state_ == State::init) join();
        });
    };
    if (at_once) return go();
    context_.scheduler().at(due, context_.process, go);
}

void Membership::join() {
    state_ = State::joining;
    last_join_at_ = context_.now();
    known_partitions_ = metadata_.partitions_version();
    Subscription subscription{.topics = metadata_.topics(), .owned = {}};
    if (is_cooperative()) {
        subscription.owned = owned_;
        std::ranges::sort(subscription.owned);
    }
    JoinGroupRequest request{
        .group = context_.group,
        .client_id = "member" + std::to_string(context_.member),
        .member_id = member_id_,
        .instance_id = context_.options.static_id,
        .session_timeout = context_.options.session_timeout,
        .rebalance_timeout = context_.options.max_poll_interval,
        .protocols = {{protocol_of(context_.options.assignor), std::move(subscription)}},
    };
    link_.call(
        std::move(request),
        context_.options.max_poll_interval + request_extra,
        [this, attempt = attempt_](Answer answer) {
            if (attempt == attempt_ && state_ == State::joining) joined(std::move(answer));
        }
    );
}

void Membership::joined(Answer answer) {
    if (!answer.has_value()) return join_failed(answer.error());
    auto& response = std::get<JoinGroupResponse>(*answer);
    if (response.error == KafkaError::member_id_required) member_id_ = response.member_id;
    if (response.error != KafkaError::none) return join_failed(response.error);
    member_id_ = response.member_id;
    generation_ = response.generation;
    if (response.leader_id == member_id_ && !response.members.empty()) {
        return lead(std::move(response));
    }
    sync({});
}

// BM-275.
void Membership::join_failed(KafkaError error) {
    state_ = State::init;
    const bool had_partitions = is_cooperative() && !owned_.empty();
    if (error == KafkaError::unknown_member_id) {
        member_id_.clear();
    } else if (error == KafkaError::illegal_generation) {
        generation_ = -1;
        if (had_partitions) return lose_all();
    } else if (error == KafkaError::member_id_required) {
        if (had_partitions) return lose_all();
        join_at_once_ = true;
    } else if (error == KafkaError::fenced_instance_id) {
        return fail(error);
    } else if (means_other_coordinator(error)) {
        link_.forget();
    } else if (error != KafkaError::coordinator_load_in_progress) {
        hooks_.error({error, false});
    }
    rejoin();
}

// The leader asks for fresh metadata before it divides.
void Membership::lead(JoinGroupResponse answer) {
    metadata_.refresh([this, attempt = attempt_, answer = std::move(answer)] {
        if (attempt != attempt_ || state_ != State::joining) return;
        known_partitions_ = metadata_.partitions_version();
        sync(assign_partitions(answer.protocol, answer.members, metadata_.partitions()));
    });
}

void Membership::sync(GroupAssignment assignment) {
    if (!link_.is_known()) return rejoin();
    state_ = State::syncing;
    link_.call(
        SyncGroupRequest{
            context_.group,
            generation_,
            member_id_,
            context_.options.static_id,
            std::move(assignment)},
        context_.options.session_timeout + request_extra,
        [this, attempt = attempt_](Answer answer) {
            if (attempt == attempt_ && state_ == State::syncing) synced(std::move(answer));
        }
    );
}

void Membership::synced(Answer answer) {
    const KafkaError error =
        answer.has_value() ? std::get<SyncGroupResponse>(*answer).error : answer.error();
    if (error == KafkaError::none) {
        return take_assignment(std::move(std::get<SyncGroupResponse>(*answer).assigned));
    }
    if (error == KafkaError::fenced_instance_id) return fail(error);
    if (error == KafkaError::unknown_member_id) member_id_.clear();
    if (error == KafkaError::illegal_generation) generation_ = -1;
    const bool is_out =
        error == KafkaError::unknown_member_id || error == KafkaError::illegal_generation;
    if (is_out && is_cooperative() && !owned_.empty()) return lose_all();
    if (means_other_coordinator(error)) link_.forget();
    rejoin();
}

void Membership::take_assignment(std::vector<PartitionNumber> assigned) {
    last_heartbeat_at_ = context_.now();
    if (!is_cooperative()) {
        state_ = State::assign_call;
        ever_assigned_ = true;
        hooks_.rebalance({RebalanceEvent::Kind::assign, false, false, std::move(assigned)});
        return;
    }
    std::vector<PartitionNumber> revoked = without(owned_, assigned);
    to_assign_ = without(assigned, owned_);
    ever_assigned_ = true;
    if (!revoked.empty()) {
        rejoin_after_ = true;
        return revoke(std::move(revoked), false);
    }
    state_ = State::assign_call;
    hooks_.rebalance({RebalanceEvent::Kind::assign, true, false, std::exchange(to_assign_, {})});
}

}  // namespace odradek::sim
