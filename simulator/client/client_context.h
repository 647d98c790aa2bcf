#pragma once

#include "odradek/clock.h"

#include "engine/base/random.h"
#include "simulator/broker/broker.h"
#include "simulator/broker/cluster.h"
#include "simulator/broker/connection.h"
#include "simulator/client/client_options.h"
#include "simulator/kernel/network.h"
#include "simulator/kernel/tracer.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace odradek::sim {

/// Where a client runs and what it was configured with. Outlives the client.
struct ClientContext {
    Cluster& cluster;  ///< only to reach its brokers over the network
    Tracer& tracer;
    const Channel::FateOf& fate_of;
    std::int32_t member = 0;
    ProcessId process{};
    NodeId node{};
    std::int64_t clock_drift_ppm = 0;
    std::string group{};
    std::vector<std::int32_t> topics{};
    std::string pattern{};  ///< a regular expression instead of the list (BM-110); empty: the list
    ClientOptions options{};

    [[nodiscard]] Scheduler& scheduler() const { return cluster.scheduler(); }
    [[nodiscard]] Instant now() const { return cluster.scheduler().now(); }

    /// How long a span of the process's own clock takes in the world.
    [[nodiscard]] Duration of_own_clock(Duration span) const {
        if (clock_drift_ppm == 0) return span;
        return span - Duration{span.count() / 1'000'000 * clock_drift_ppm};
    }

    /// Runs `task` after a span of the process's own clock, in this life of the process.
    void after(Duration span, Task task) const {
        scheduler().after(of_own_clock(span), process, std::move(task));
    }
};

/// The client's connections of one purpose, one to each broker, opened when first used.
class Channels {
public:
    explicit Channels(const ClientContext& context) : context_(context) {}

    [[nodiscard]] Channel& to(BrokerNumber broker) {
        std::unique_ptr<Channel>& channel = channels_[broker];
        if (channel == nullptr) {
            channel = std::make_unique<Channel>(
                context_.cluster.network(),
                context_.node,
                context_.cluster.broker(broker),
                context_.fate_of
            );
        }
        return *channel;
    }

    void break_all() {
        for (const auto& [broker, channel] : channels_)
            channel->break_off();
    }

private:
    const ClientContext& context_;
    std::map<BrokerNumber, std::unique_ptr<Channel>> channels_;
};

}  // namespace odradek::sim
