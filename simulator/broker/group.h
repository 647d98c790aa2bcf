#pragma once

#include "odradek/clock.h"

#include "engine/base/random.h"
#include "simulator/broker/broker_options.h"
#include "simulator/broker/committed_offsets.h"
#include "simulator/broker/messages.h"
#include "simulator/kernel/task.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// What became of a write of the coordinator.
enum class WriteResult : unsigned char {
    stored,
    stored_unanswered,  ///< replicated, but the coordinator went away before it could answer (BM-7)
    lost,
};

/// What a group needs from the broker that coordinates it.
class GroupPorts {
public:
    GroupPorts() = default;
    GroupPorts(const GroupPorts&) = delete;
    GroupPorts& operator=(const GroupPorts&) = delete;
    virtual ~GroupPorts() = default;

    [[nodiscard]] virtual Instant now() const = 0;

    /// Runs `task` on the coordinating broker, whichever it is now.
    virtual void after(Duration delay, Task task) = 0;

    /// Appends to the offsets log; `done` runs once, when the batch is replicated (BM-5) or the
    /// coordinator has gone.
    virtual void write(std::function<void(WriteResult)> done) = 0;

    /// A number for a new member id.
    [[nodiscard]] virtual std::uint64_t draw_id() = 0;
};

enum class GroupState : unsigned char { empty, preparing, completing, stable };

[[nodiscard]] std::string_view name_of(GroupState state);

/// One group of the classic protocol, as its coordinator sees it (broker-model.md, section 3).
class Group {
public:
    using JoinReply = std::function<void(JoinGroupResponse)>;
    using SyncReply = std::function<void(SyncGroupResponse)>;

    Group(std::string name, const BrokerSpec& spec, GroupPorts& ports);

    void join(const JoinGroupRequest& request, JoinReply reply);
    void sync(const SyncGroupRequest& request, SyncReply reply);
    [[nodiscard]] KafkaError heartbeat(const HeartbeatRequest& request);
    [[nodiscard]] KafkaError leave(const LeaveGroupRequest& request);

    /// The group check of a commit (BM-202 … BM-207).
    [[nodiscard]] KafkaError check_commit(const OffsetCommitRequest& request);

    /// The coordinator has gone: parked requests get not_coordinator (BM-11), and what was not
    /// replicated is forgotten. load() makes the group live again on its next one (BM-12).
    void unload();
    void load();

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] GroupState state() const { return state_; }
    [[nodiscard]] std::int32_t generation() const { return generation_; }
    [[nodiscard]] std::size_t member_count() const { return members_.size(); }
    [[nodiscard]] CommittedOffsets& offsets() { return offsets_; }
    [[nodiscard]] const CommittedOffsets& offsets() const { return offsets_; }

private:
    struct Member {
        std::string id;
        std::string instance_id;
        std::string client_id;
        Duration session_timeout{};
        Duration rebalance_timeout{};
        std::vector<GroupProtocol> protocols;
        std::vector<PartitionNumber> assigned;
        JoinReply join_reply;  ///< parked
        SyncReply sync_reply;  ///< parked
        std::uint64_t serial = 0;
        Instant session_ends_at{};
        bool is_new = false;  ///< its first JoinGroup is parked

        [[nodiscard]] bool is_parked() const { return join_reply || sync_reply; }
    };
    struct Snapshot {
        std::int32_t generation = 0;
        std::string protocol;
        std::string leader_id;
        std::vector<Member> members;
    };

    // Members (group.cc).
    [[nodiscard]] Member* find(std::string_view id);
    [[nodiscard]] KafkaError check_member(const std::string& id, const std::string& instance);
    Member& add_member(const JoinGroupRequest& request, std::string id, JoinReply reply);
    void remove_member(const std::string& id);
    void touch(Member& member);
    void watch_session(std::uint64_t serial, Instant when);
    void session_ended(std::uint64_t serial);
    [[nodiscard]] std::string make_id(const std::string& prefix);
    void expire_pending(const std::string& id);
    void member_gone(const std::string& id);

    // The rebalance (group_rebalance.cc).
    void join_new(const JoinGroupRequest& request, JoinReply reply);
    void join_known(const JoinGroupRequest& request, Member& member, JoinReply reply);
    void replace_static(const JoinGroupRequest& request, JoinReply reply);
    void update(Member& member, const JoinGroupRequest& request);
    void park_join(Member& member, JoinReply reply);
    void prepare_rebalance();
    void complete_initial(std::uint64_t phase, Duration left, std::size_t members_before);
    void complete_join_if_all();
    void complete_join();
    void complete_stored(std::int32_t generation, WriteResult result);
    void expire_phase(std::uint64_t phase);
    void expire_sync(std::int32_t generation);
    void elect_leader();
    void start_generation();
    [[nodiscard]] bool supports(const std::vector<GroupProtocol>& protocols) const;
    [[nodiscard]] std::string select_protocol() const;
    [[nodiscard]] Duration rebalance_timeout() const;
    [[nodiscard]] JoinGroupResponse join_answer(const Member& member) const;
    void answer_syncs(KafkaError error);
    [[nodiscard]] Snapshot snapshot() const;

    std::string name_;
    const BrokerSpec& spec_;
    GroupPorts& ports_;
    GroupState state_ = GroupState::empty;
    std::int32_t generation_ = 0;
    std::string protocol_;
    std::string leader_id_;
    std::vector<Member> members_;                      ///< in the order in which they came
    std::map<std::string, Duration> pending_members_;  ///< id given, not joined yet (BM-76)
    std::map<std::string, std::string> static_ids_;    ///< instance id → member id
    CommittedOffsets offsets_;
    Snapshot durable_;
    std::uint64_t phase_ = 0;  ///< number of the join phase; older timers are void
    std::uint64_t life_ = 0;   ///< number of the load; older timers are void
    std::uint64_t serial_ = 0;
    bool initial_ = false;  ///< the join phase began from Empty (BM-82)
    bool storing_ = false;  ///< the assignment waits for its replication (BM-94)
};

}  // namespace odradek::sim
