#pragma once

#include "odradek/clock.h"
#include "odradek/strong.h"
#include "odradek/types.h"

#include "simulator/broker/kafka_error.h"
#include "simulator/broker/log.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace odradek::sim {

/// Number of a topic-partition in the cluster, dense, in the order of creation.
using PartitionNumber = Strong<struct PartitionNumberTag, std::uint32_t>;

using BrokerNumber = std::int32_t;
inline constexpr BrokerNumber no_broker = -1;

// What clients ask and brokers answer: Kafka's requests with the fields that matter here. Where
// Kafka sends topic names this sends numbers.

struct FetchPosition {
    PartitionNumber partition{};
    Offset from{};
    std::uint32_t version = 0;  ///< the client's own (BM-283); comes back unchanged
};
struct FetchRequest {
    std::vector<FetchPosition> partitions{};
    bool read_uncommitted = false;  ///< isolation level (BM-35)
    Duration wait_max{};
    std::uint32_t partition_bytes = 0;
    std::uint32_t bytes = 0;
};
struct FetchedPartition {
    FetchPosition position{};
    KafkaError error = KafkaError::none;
    Offset end = no_offset;  ///< last stable offset, or the log's end for read_uncommitted
    std::vector<const Batch*> batches{};
};
struct FetchResponse {
    std::vector<FetchedPartition> partitions{};
};

struct ListOffsetsRequest {
    PartitionNumber partition{};
    bool latest = false;  ///< else the log start
    bool read_uncommitted = false;
};
struct ListOffsetsResponse {
    KafkaError error = KafkaError::none;
    Offset offset = no_offset;
};

struct MetadataRequest {
    std::vector<std::int32_t> topics{};
    bool all_topics = false;
};
struct PartitionLeader {
    std::int32_t topic = 0;
    PartitionId id{};
    PartitionNumber partition{};
    BrokerNumber leader = no_broker;
};
struct MetadataResponse {
    std::vector<PartitionLeader> partitions{};  ///< by topic, then id
};

struct FindCoordinatorRequest {
    std::string group{};
};
struct FindCoordinatorResponse {
    KafkaError error = KafkaError::none;
    BrokerNumber broker = no_broker;
};

/// The protocol metadata of a member.
struct Subscription {
    std::vector<std::int32_t> topics{};
    std::vector<PartitionNumber> owned{};  ///< cooperative only

    friend bool operator==(const Subscription&, const Subscription&) = default;
};
struct GroupProtocol {
    std::string name{};
    Subscription subscription{};

    friend bool operator==(const GroupProtocol&, const GroupProtocol&) = default;
};
struct JoinGroupRequest {
    std::string group{};
    std::string client_id{};
    std::string member_id{};
    std::string instance_id{};
    Duration session_timeout{};
    Duration rebalance_timeout{};
    std::vector<GroupProtocol> protocols{};
};
struct GroupMemberInfo {
    std::string member_id{};
    std::string instance_id{};
    Subscription subscription{};
};
struct JoinGroupResponse {
    KafkaError error = KafkaError::none;
    std::int32_t generation = -1;
    std::string protocol{};
    std::string leader_id{};
    std::string member_id{};
    std::vector<GroupMemberInfo> members{};  ///< for the leader only
};

using GroupAssignment = std::map<std::string, std::vector<PartitionNumber>>;  ///< by member id

struct SyncGroupRequest {
    std::string group{};
    std::int32_t generation = -1;
    std::string member_id{};
    std::string instance_id{};
    GroupAssignment assignment{};  ///< from the leader only
};
struct SyncGroupResponse {
    KafkaError error = KafkaError::none;
    std::vector<PartitionNumber> assigned{};
};

struct HeartbeatRequest {
    std::string group{};
    std::int32_t generation = -1;
    std::string member_id{};
    std::string instance_id{};
};
struct HeartbeatResponse {
    KafkaError error = KafkaError::none;
};

struct LeaveGroupRequest {
    std::string group{};
    std::string member_id{};
};
struct LeaveGroupResponse {
    KafkaError error = KafkaError::none;
};

struct OffsetToStore {
    PartitionNumber partition{};
    Offset next_to_read{};
    std::string metadata{};
};
struct OffsetCommitRequest {
    std::string group{};
    std::int32_t generation = -1;
    std::string member_id{};
    std::string instance_id{};
    std::vector<OffsetToStore> offsets{};
    std::int32_t sent_by = -1;  ///< number of the member in the world, for the trace alone
};
struct StoredPartition {
    PartitionNumber partition{};
    KafkaError error = KafkaError::none;
};
struct OffsetCommitResponse {
    std::vector<StoredPartition> partitions{};
};

struct OffsetFetchRequest {
    std::string group{};
    std::vector<PartitionNumber> partitions{};
};
struct FetchedOffset {
    PartitionNumber partition{};
    Offset next_to_read = no_offset;
    std::string metadata{};
    KafkaError error = KafkaError::none;
};
struct OffsetFetchResponse {
    KafkaError error = KafkaError::none;
    std::vector<FetchedOffset> offsets{};
};

/// An output or a dead letter. What it holds does not matter, only what it was made from.
struct ProduceRequest {
    std::uint64_t producer_id = 0;
    std::uint64_t sequence = 0;
    std::string topic{};
    PartitionNumber input{};
    Offset offset{};
    Epoch epoch{};
    std::int32_t sent_by = -1;
};
struct ProduceResponse {
    KafkaError error = KafkaError::none;
};

using Request = std::variant<
    FetchRequest,
    ProduceRequest,
    ListOffsetsRequest,
    MetadataRequest,
    FindCoordinatorRequest,
    JoinGroupRequest,
    SyncGroupRequest,
    HeartbeatRequest,
    LeaveGroupRequest,
    OffsetCommitRequest,
    OffsetFetchRequest>;

using Response = std::variant<
    FetchResponse,
    ProduceResponse,
    ListOffsetsResponse,
    MetadataResponse,
    FindCoordinatorResponse,
    JoinGroupResponse,
    SyncGroupResponse,
    HeartbeatResponse,
    LeaveGroupResponse,
    OffsetCommitResponse,
    OffsetFetchResponse>;

}  // namespace odradek::sim
