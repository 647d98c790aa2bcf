#pragma once

#include "odradek/clock.h"

#include "simulator/broker/connection.h"
#include "simulator/broker/group.h"
#include "simulator/broker/messages.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

class Cluster;

/// One partition of the offsets topic: the groups that hash to it, the broker that leads it and
/// coordinates them, and the batch of writes that waits for its linger (BM-4 … BM-12).
class Coordinator final : public GroupPorts {
public:
    Coordinator(Cluster& cluster, BrokerNumber leader);

    /// Number of partitions of the offsets topic, offsets.topic.num.partitions.
    static constexpr std::int32_t partitions = 50;

    /// The partition of a group: Java's String.hashCode, absolute (BM-4).
    [[nodiscard]] static std::int32_t partition_of(std::string_view group);

    [[nodiscard]] BrokerNumber leader() const { return leader_; }

    /// Answers any of the group requests that arrived at `broker`.
    void receive(BrokerNumber broker, Request request, const Reply& reply);

    /// The leader changes, or dies (no_broker): see BM-10 … BM-12.
    void move_to(BrokerNumber broker);

    /// Commits of the group are answered with this until then, and not stored.
    void refuse_commits(std::string_view group, KafkaError error, Instant until);

    /// Stores offsets as if an administrator had, at once.
    void store(std::string_view group, const OffsetToStore& offset);

    /// Offsets of a transaction (BM-252 … BM-256).
    void store_pending(
        const std::string& group, std::uint64_t producer, const std::vector<OffsetToStore>& offsets
    );
    void end_pending(const std::string& group, std::uint64_t producer, bool committed);

    /// Null when nobody has joined or committed.
    [[nodiscard]] const Group* find(std::string_view group) const;
    [[nodiscard]] Group* find(std::string_view group);

    /// A partition was deleted, and with it what groups have stored for it (BM-257).
    void forget(PartitionNumber partition);

    // GroupPorts.
    [[nodiscard]] Instant now() const override;
    void after(Duration delay, Task task) override;
    void write(std::function<void(WriteResult)> done) override;
    [[nodiscard]] std::uint64_t draw_id() override;

private:
    struct Refusal {
        KafkaError error;
        Instant until;
    };

    [[nodiscard]] KafkaError availability(BrokerNumber broker) const;
    [[nodiscard]] Group& find_or_make(const std::string& group);
    void after_writes(std::function<void()> done);
    void finish_load(std::uint64_t life);
    void flush(WriteResult result);
    void trace_committed(const OffsetCommitRequest& request, std::size_t index);

    void answer(BrokerNumber broker, JoinGroupRequest& request, const Reply& reply);
    void answer(BrokerNumber broker, SyncGroupRequest& request, const Reply& reply);
    void answer(BrokerNumber broker, HeartbeatRequest& request, const Reply& reply);
    void answer(BrokerNumber broker, LeaveGroupRequest& request, const Reply& reply);
    void answer(BrokerNumber broker, OffsetCommitRequest& request, const Reply& reply);
    void answer(BrokerNumber broker, OffsetFetchRequest& request, const Reply& reply);

    void commit(Group& group, OffsetCommitRequest request, const Reply& reply);
    [[nodiscard]] KafkaError refusal(const std::string& group);

    Cluster& cluster_;
    BrokerNumber leader_;
    bool loading_ = false;
    std::uint64_t life_ = 0;
    std::map<std::string, std::unique_ptr<Group>, std::less<>> groups_;
    std::map<std::string, Refusal, std::less<>> refusals_;
    std::vector<std::function<void(WriteResult)>> writes_;  ///< of the open batch
};

}  // namespace odradek::sim
