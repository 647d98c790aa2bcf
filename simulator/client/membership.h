#pragma once

#include "simulator/client/client_context.h"
#include "simulator/client/consumer_event.h"
#include "simulator/client/coordinator_link.h"
#include "simulator/client/metadata.h"

#include <functional>
#include <string>
#include <vector>

namespace odradek::sim {

/// The member's side of the classic group protocol, with librdkafka 2.0.2's join states
/// (broker-model.md, sections 3 and 8): when it joins, what it tells the application, which answers
/// cost it its membership.
class Membership {
public:
    struct Hooks {
        std::function<void(RebalanceEvent)> rebalance;
        std::function<void(ErrorEvent)> error;
        std::function<void()> closed;
        std::function<bool()> has_commits_outstanding;  ///< BM-231
        std::function<void()> drop_all;                 ///< unassign silently (BM-271)
    };
    Membership(
        const ClientContext& context, CoordinatorLink& link, Metadata& metadata, Hooks hooks
    );

    void start();

    /// The application has answered an assign or a revoke event. With `incremental` the list is
    /// added or taken away, else it is the whole.
    void assigned(const std::vector<PartitionNumber>& partitions, bool incremental);
    void unassigned(const std::vector<PartitionNumber>& partitions, bool incremental);

    /// No commit is outstanding any more.
    void commits_settled();

    /// The broker refused a commit for who we are (BM-221).
    void commit_refused(KafkaError error);

    /// poll was called; or the application waits inside it from now on.
    void polled(bool waits);

    /// Revokes, leaves, closes.
    void close();

    [[nodiscard]] bool is_cooperative() const;
    [[nodiscard]] std::int32_t generation() const { return generation_; }
    [[nodiscard]] const std::string& member_id() const { return member_id_; }
    [[nodiscard]] const std::vector<PartitionNumber>& owned() const { return owned_; }
    [[nodiscard]] bool awaits_call() const {
        return state_ == State::assign_call || state_ == State::unassign_call;
    }
    [[nodiscard]] std::string describe() const;

private:
    enum class State : unsigned char {
        init,         ///< wants to join
        joining,      ///< JoinGroup is out
        syncing,      ///< SyncGroup is out
        assign_call,  ///< the application owes an assign
        steady,
        unassign_call,  ///< the application owes an unassign
        unassigning,    ///< waits for outstanding commits
        leaving,
        closed,
        fatal,
    };

    // Joining (membership_join.cc).
    void rejoin();
    void join_when_due();
    void join();
    void joined(Answer answer);
    void join_failed(KafkaError error);
    void lead(JoinGroupResponse answer);
    void sync(GroupAssignment assignment);
    void synced(Answer answer);
    void take_assignment(std::vector<PartitionNumber> assigned);

    // Living (membership.cc).
    void heartbeat();
    void heartbeat_answered(Answer answer);
    void check_session();
    void check_poll();
    void rebalance();
    void lose_all();
    void revoke(std::vector<PartitionNumber> partitions, bool lost);
    void finish_unassign();
    void fail(KafkaError error);
    void leave();
    void finish_close();
    void metadata_changed();
    [[nodiscard]] bool may_heartbeat() const;

    const ClientContext& context_;
    CoordinatorLink& link_;
    Metadata& metadata_;
    Hooks hooks_;
    State state_ = State::init;
    std::string member_id_;
    std::int32_t generation_ = -1;
    std::vector<PartitionNumber> owned_;
    std::vector<PartitionNumber> to_assign_;  ///< cooperative: comes after the revoke
    bool ever_assigned_ = false;              ///< an eager revoke is due even when nothing is owned
    bool rejoin_after_ = false;               ///< cooperative follow-up (BM-125)
    bool closing_ = false;
    bool join_at_once_ = true;  ///< the second between attempts does not hold (BM-127)
    Instant last_join_at_{};
    std::uint64_t attempt_ = 0;  ///< answers of older joins and syncs are void
    bool heartbeat_outstanding_ = false;
    Instant last_heartbeat_at_{};
    Instant last_polled_at_{};
    bool waits_in_poll_ = false;
    std::uint64_t known_partitions_ = 0;  ///< Metadata::partitions_version() of the last join
};

}  // namespace odradek::sim
