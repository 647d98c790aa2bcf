#pragma once

#include "odradek/clock.h"
#include "odradek/options.h"

#include "engine/base/lane_chooser.h"
#include "simulator/broker/broker_options.h"
#include "simulator/client/application.h"
#include "simulator/client/client_options.h"
#include "simulator/client/handler_model.h"
#include "simulator/kernel/network.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace odradek::sim {

/// Makes what runs in a member; empty: the engine under its host.
using ApplicationFactory = std::function<std::unique_ptr<Application>(const ApplicationContext&)>;

/// One consumer process.
struct MemberSpec {
    EngineOptions engine;
    std::string group = "group";
    std::vector<std::int32_t> topics = {0};  ///< numbers of WorldOptions::topics
    ClientOptions client;
    HandlerSpec handler;
    LaneCode lanes;  ///< with Ordering::virtual_partition: the user's own part
    CostModel cost;
    std::int64_t clock_drift_ppm = 0;  ///< its clock runs faster by so many millionths
    ApplicationFactory application;

    /// False: it is down until World::restart_member() starts it.
    bool started = true;
};

struct WorldOptions {
    std::uint64_t seed = 1;
    BrokerSpec brokers;
    std::vector<TopicSpec> topics;
    std::vector<MemberSpec> members;
    NetworkSpec network;
};

}  // namespace odradek::sim
