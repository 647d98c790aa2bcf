#include "simulator/client/membership.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace odradek::sim {
namespace {

constexpr Duration poll_check_interval = std::chrono::milliseconds{500};  // BM-278
constexpr Duration leave_timeout = std::chrono::seconds{5};               // BM-276

}  // namespace

Membership::Membership(
    const ClientContext& context, CoordinatorLink& link, Metadata& metadata, Hooks hooks
)
    : context_(context)
    , link_(link)
    , metadata_(metadata)
    , hooks_(std::move(hooks)) {}

void Membership::start() {
    last_polled_at_ = context_.now();
    metadata_.start();
    context_.after(context_.options.heartbeat_interval, [this] { heartbeat(); });
    context_.after(poll_check_interval, [this] { check_poll(); });
    metadata_.refresh([this] {
        metadata_.on_change([this] { metadata_changed(); });
        rejoin();
    });
}

bool Membership::is_cooperative() const {
    return context_.options.assignor == Assignor::cooperative_sticky;
}

// BM-273.
bool Membership::may_heartbeat() const {
    return state_ == State::steady || awaits_call();
}

void Membership::heartbeat() {
    context_.after(context_.options.heartbeat_interval, [this] { heartbeat(); });
    check_session();
    if (!may_heartbeat() || heartbeat_outstanding_ || !link_.is_known()) return;
    heartbeat_outstanding_ = true;
    link_.call(
        HeartbeatRequest{context_.group, generation_, member_id_, context_.options.static_id},
        context_.options.session_timeout,
        [this](Answer answer) {
            heartbeat_outstanding_ = false;
            heartbeat_answered(std::move(answer));
        }
    );
}

void Membership::heartbeat_answered(Answer answer) {
    const KafkaError error =
        answer.has_value() ? std::get<HeartbeatResponse>(*answer).error : answer.error();
    if (means_other_coordinator(error)) return link_.forget();
    if (!may_heartbeat()) return;
    if (error == KafkaError::none || error == KafkaError::rebalance_in_progress) {
        last_heartbeat_at_ = context_.now();
        if (error != KafkaError::none && state_ == State::steady) rebalance();
    } else if (error == KafkaError::illegal_generation) {
        generation_ = -1;
        lose_all();
    } else if (error == KafkaError::unknown_member_id) {
        member_id_.clear();
        lose_all();
    } else if (error == KafkaError::fenced_instance_id) {
        fail(error);
    }
}

// BM-274: in steady state only.
void Membership::check_session() {
    if (state_ != State::steady) return;
    const Duration limit = context_.of_own_clock(context_.options.session_timeout);
    if (context_.now() - last_heartbeat_at_ <= limit) return;
    context_.tracer.probe("client session timeout", context_.member);
    member_id_.clear();
    lose_all();
}

void Membership::polled(bool waits) {
    last_polled_at_ = context_.now();
    waits_in_poll_ = waits;
}

// BM-278.
void Membership::check_poll() {
    if (state_ == State::closed || state_ == State::fatal) return;
    context_.after(poll_check_interval, [this] { check_poll(); });
    const Duration limit = context_.of_own_clock(context_.options.max_poll_interval);
    if (waits_in_poll_ || closing_ || context_.now() - last_polled_at_ <= limit) return;
    if (member_id_.empty()) return;
    context_.tracer.probe("max.poll.interval exceeded", context_.member);
    if (context_.options.static_id.empty() && link_.is_known()) {
        link_.call(LeaveGroupRequest{context_.group, member_id_}, leave_timeout, [](Answer) {});
    }
    member_id_.clear();
    hooks_.error({KafkaError::client_max_poll_exceeded, false});
    lose_all();
}

// BM-264, BM-265.
void Membership::rebalance() {
    if (is_cooperative() || !ever_assigned_) return rejoin();
    revoke(owned_, false);
}

void Membership::lose_all() {
    const bool may_lose =
        state_ == State::steady ||
        (is_cooperative() && !owned_.empty() &&
         (state_ == State::init || state_ == State::joining || state_ == State::syncing));
    if (!may_lose) return;
    ++attempt_;
    const bool has_something = is_cooperative() ? !owned_.empty() : ever_assigned_;
    if (!has_something) return rejoin();
    revoke(owned_, true);
}

void Membership::revoke(std::vector<PartitionNumber> partitions, bool lost) {
    state_ = State::unassign_call;
    const bool incremental = is_cooperative();
    hooks_.rebalance({RebalanceEvent::Kind::revoke, incremental, lost, std::move(partitions)});
}

void Membership::assigned(const std::vector<PartitionNumber>& partitions, bool incremental) {
    if (state_ != State::assign_call) return;
    if (!incremental) owned_.clear();
    owned_.insert(owned_.end(), partitions.begin(), partitions.end());
    ever_assigned_ = true;
    if (std::exchange(rejoin_after_, false)) {
        join_at_once_ = true;
        return rejoin();
    }
    state_ = State::steady;
}

void Membership::unassigned(const std::vector<PartitionNumber>& partitions, bool incremental) {
    if (state_ != State::unassign_call) return;
    if (incremental) {
        std::erase_if(owned_, [&partitions](PartitionNumber owned) {
            return std::ranges::find(partitions, owned) != partitions.end();
        });
    } else {
        owned_.clear();
    }
    state_ = State::unassigning;
    finish_unassign();
}

void Membership::commits_settled() {
    finish_unassign();
}

void Membership::finish_unassign() {
    if (state_ != State::unassigning || hooks_.has_commits_outstanding()) return;
    if (closing_) {
        if (owned_.empty()) return leave();
        return revoke(owned_, false);
    }
    if (is_cooperative() && rejoin_after_) {  // BM-125: first take, then give, then join again
        state_ = State::assign_call;
        hooks_.rebalance({RebalanceEvent::Kind::assign, true, false, std::exchange(to_assign_, {})}
        );
        return;
    }
    ever_assigned_ = false;
    join_at_once_ = true;
    rejoin();
}

void Membership::commit_refused(KafkaError error) {
    const bool is_rebalancing = state_ != State::steady;
    const bool is_forgiven = context_.options.library == Library::v2_10 && is_rebalancing &&
                             error == KafkaError::illegal_generation;
    if (is_forgiven) return;
    if (is_rebalancing && error == KafkaError::illegal_generation) {
        context_.tracer.probe("generation lost in a rebalance", context_.member);
    }
    if (error == KafkaError::illegal_generation)
        generation_ = -1;
    else if (error == KafkaError::unknown_member_id)
        member_id_.clear();
    else if (error == KafkaError::fenced_instance_id)
        return fail(error);
    else
        return;
    if (state_ == State::steady) lose_all();
}

// BM-271. A close that is under way waits for nobody any more.
void Membership::fail(KafkaError error) {
    if (state_ == State::closed || state_ == State::fatal) return;
    state_ = State::fatal;
    ++attempt_;
    owned_.clear();
    hooks_.drop_all();
    hooks_.error({error, true});
    if (closing_) finish_close();
}

void Membership::metadata_changed() {
    if (metadata_.partitions_version() == known_partitions_) return;
    if (state_ != State::steady || closing_) return;
    known_partitions_ = metadata_.partitions_version();
    context_.tracer.probe("partitions changed", context_.member);
    rebalance();  // BM-111: whoever notices
}

// BM-303.
void Membership::close() {
    if (closing_ || state_ == State::closed) return;
    closing_ = true;
    if (state_ == State::fatal) return finish_close();
    if (state_ == State::unassign_call || state_ == State::unassigning) return;
    // BM-272: an assign that is owed is as good as unassigned; a join is not waited for.
    ++attempt_;
    if (!owned_.empty()) return revoke(owned_, false);
    state_ = State::unassigning;
    finish_unassign();
}

void Membership::leave() {
    state_ = State::leaving;
    const bool says_so =
        !member_id_.empty() && context_.options.static_id.empty() && link_.is_known();
    if (!says_so) return finish_close();
    link_.call(LeaveGroupRequest{context_.group, member_id_}, leave_timeout, [this](Answer) {
        finish_close();
    });
}

void Membership::finish_close() {
    state_ = State::closed;
    hooks_.closed();
}

std::string Membership::describe() const {
    constexpr std::array names = {
        "init",
        "joining",
        "syncing",
        "waits for assign",
        "steady",
        "waits for unassign",
        "waits for commits",
        "leaving",
        "closed",
        "fatal"};
    return names[static_cast<std::size_t>(state_)];
}

}  // namespace odradek::sim
