#pragma once

#include "simulator/broker/cluster.h"
#include "simulator/client/application.h"
#include "simulator/client/consumer.h"
#include "simulator/client/ledger.h"
#include "simulator/kernel/network.h"
#include "simulator/kernel/scheduler.h"
#include "simulator/kernel/streams.h"
#include "simulator/kernel/tracer.h"
#include "simulator/world.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace odradek::sim {

/// A consumer process with what survives its lives, and what one life has.
struct Member {
    MemberSpec spec;
    ClientContext client;
    Ledger ledger;
    std::uint64_t seed;
    HandlerModel handler;
    std::uint32_t next_epoch = 0;
    std::map<RequestFate::Kind, int> planned_fates;  ///< of its next commits
    std::optional<Duration> planned_delay;

    // One life; empty while the process is down.
    std::unique_ptr<Consumer> consumer{};
    std::unique_ptr<Application> application{};

    [[nodiscard]] bool is_up() const { return application != nullptr; }
};

struct World::Parts {
    Parts(WorldOptions options, TraceSink& sink);

    // world_members.cc
    std::int32_t add(MemberSpec spec);
    void start(std::int32_t number);
    void end(std::int32_t number, const std::string& how);
    void crash(std::int32_t number);
    [[nodiscard]] Member& member(std::int32_t number);
    [[nodiscard]] RequestFate fate_of(NodeId client, const Request& request);
    void hold_links(std::int32_t number, std::int32_t broker, Duration for_how_long);

    // world_evidence.cc
    [[nodiscard]] std::string pending() const;
    [[nodiscard]] std::string pending_of(const std::string& group, std::int32_t topic) const;

    [[nodiscard]] Partition& partition(std::int32_t topic, PartitionId id) {
        return cluster.partition(cluster.number_of(topic, id));
    }
    [[nodiscard]] const Partition& partition(std::int32_t topic, PartitionId id) const {
        return cluster.partition(cluster.number_of(topic, id));
    }
    void fault_for(const std::string& which, const TracePlace& place, Duration for_how_long);

    WorldOptions options;
    Scheduler scheduler;
    Streams streams;
    Tracer tracer;
    Network network;
    Cluster cluster;
    Channel::FateOf fate;
    std::map<NodeId, std::int32_t> member_at;
    std::deque<Member> members;
    std::vector<std::string> violations;
};

}  // namespace odradek::sim
