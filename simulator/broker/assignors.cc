#include "simulator/broker/assignors.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace odradek::sim {
namespace {

using Members = std::vector<GroupMemberInfo>;
using Partitions = std::span<const PartitionLeader>;

// BM-118: by instance id if both have one, else by member id.
bool is_before(const GroupMemberInfo& one, const GroupMemberInfo& other) {
    if (!one.instance_id.empty() && !other.instance_id.empty()) {
        return one.instance_id < other.instance_id;
    }
    return one.member_id < other.member_id;
}

bool subscribes(const GroupMemberInfo& member, std::int32_t topic) {
    return std::ranges::find(member.subscription.topics, topic) != member.subscription.topics.end();
}

GroupAssignment nothing_for(const Members& members) {
    GroupAssignment assignment;
    for (const GroupMemberInfo& member : members)
        assignment[member.member_id];
    return assignment;
}

// BM-119.
GroupAssignment range(const Members& members, Partitions partitions) {
    GroupAssignment assignment = nothing_for(members);
    std::map<std::int32_t, std::vector<PartitionNumber>> by_topic;
    for (const PartitionLeader& each : partitions)
        by_topic[each.topic].push_back(each.partition);
    for (const auto& [topic, numbers] : by_topic) {
        std::vector<const GroupMemberInfo*> subscribers;
        for (const GroupMemberInfo& member : members) {
            if (subscribes(member, topic)) subscribers.push_back(&member);
        }
        if (subscribers.empty()) continue;
        const std::size_t share = numbers.size() / subscribers.size();
        const std::size_t extra = numbers.size() % subscribers.size();
        std::size_t next = 0;
        for (std::size_t i = 0; i < subscribers.size(); ++i) {
            auto& assigned = assignment[subscribers[i]->member_id];
            for (std::size_t n = share + (i < extra ? 1 : 0); n > 0; --n) {
                assigned.push_back(numbers[next++]);
            }
        }
    }
    return assignment;
}

// BM-120: one pointer, never reset between topics.
GroupAssignment roundrobin(const Members& members, Partitions partitions) {
    GroupAssignment assignment = nothing_for(members);
    std::size_t pointer = 0;
    for (const PartitionLeader& each : partitions) {
        for (std::size_t tried = 0; tried < members.size(); ++tried) {
            const GroupMemberInfo& member = members[pointer];
            pointer = (pointer + 1) % members.size();
            if (!subscribes(member, each.topic)) continue;
            assignment[member.member_id].push_back(each.partition);
            break;
        }
    }
    return assignment;
}

/// BM-122: keep what is claimed, give out the rest to whoever has least, then move while it helps.
class Sticky {
public:
    Sticky(const Members& members, Partitions partitions)
        : members_(members)
        , partitions_(partitions)
        , counts_(members.size(), 0) {}

    std::map<PartitionNumber, std::size_t> run() {
        keep_claims();
        for (const PartitionLeader& each : partitions_) {
            if (owner_.contains(each.partition)) continue;
            const auto member = least_loaded(each.topic);
            if (member.has_value()) give(each.partition, *member);
        }
        while (move_one()) {
        }
        return owner_;
    }

private:
    void keep_claims() {
        std::map<PartitionNumber, std::int32_t> topics;
        for (const PartitionLeader& each : partitions_)
            topics[each.partition] = each.topic;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            for (const PartitionNumber claimed : members_[i].subscription.owned) {
                const auto topic = topics.find(claimed);
                if (topic == topics.end() || !subscribes(members_[i], topic->second)) continue;
                if (!owner_.contains(claimed)) give(claimed, i);
            }
        }
    }

    [[nodiscard]] std::optional<std::size_t> least_loaded(std::int32_t topic) const {
        std::optional<std::size_t> least;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (!subscribes(members_[i], topic)) continue;
            if (!least.has_value() || counts_[i] < counts_[*least]) least = i;
        }
        return least;
    }

    void give(PartitionNumber partition, std::size_t member) {
        owner_[partition] = member;
        ++counts_[member];
    }

    bool move_one() {
        for (const PartitionLeader& each : partitions_) {
            const auto owned = owner_.find(each.partition);
            if (owned == owner_.end()) continue;
            const auto least = least_loaded(each.topic);
            if (!least.has_value() || counts_[*least] + 1 >= counts_[owned->second]) continue;
            --counts_[owned->second];
            give(each.partition, *least);
            return true;
        }
        return false;
    }

    const Members& members_;
    Partitions partitions_;
    std::vector<std::size_t> counts_;
    std::map<PartitionNumber, std::size_t> owner_;
};

// BM-124: what changes hands while somebody still claims it waits for the next round.
GroupAssignment cooperative_sticky(const Members& members, Partitions partitions) {
    GroupAssignment assignment = nothing_for(members);
    std::map<PartitionNumber, std::set<std::size_t>> claims;
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (const PartitionNumber owned : members[i].subscription.owned)
            claims[owned].insert(i);
    }
    for (const auto& [partition, member] : Sticky{members, partitions}.run()) {
        const auto claimed = claims.find(partition);
        const bool free = claimed == claims.end();
        const bool its_own =
            !free && claimed->second.size() == 1 && claimed->second.contains(member);
        if (free || its_own) assignment[members[member].member_id].push_back(partition);
    }
    return assignment;
}

}  // namespace

GroupAssignment assign_partitions(
    std::string_view protocol,
    std::vector<GroupMemberInfo> members,
    std::span<const PartitionLeader> partitions
) {
    std::ranges::sort(members, is_before);
    if (protocol == "range") return range(members, partitions);
    if (protocol == "roundrobin") return roundrobin(members, partitions);
    if (protocol == "cooperative-sticky") return cooperative_sticky(members, partitions);
    return nothing_for(members);
}

}  // namespace odradek::sim
