#pragma once

#include "odradek/clock.h"
#include "odradek/options.h"

#include "engine/base/random.h"
#include "simulator/client/handler_model.h"
#include "simulator/kernel/distribution.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace odradek::sim {

class Application;
struct ApplicationContext;

struct TopicSpec {
    std::string name;
    std::int32_t partitions = 1;  ///< ≥ 1

    /// Records produced at one instant to one partition form a batch of up to so many. ≥ 1.
    std::uint32_t batch_records_max = 500;
};

/// Who computes the assignment of a classic group (the leader), by Kafka's names.
enum class Assignor : unsigned char { range, roundrobin, cooperative_sticky };

/// auto.offset.reset.
enum class ResetPolicy : unsigned char { earliest, latest, error };

/// The Kafka client's own settings, with librdkafka's names and defaults where it has them.
struct ClientOptions {
    Assignor assignor = Assignor::range;
    std::string static_id;  ///< group.instance.id; empty: a dynamic member
    Duration session_timeout = std::chrono::seconds{45};
    Duration heartbeat_interval = std::chrono::seconds{3};
    Duration max_poll_interval = std::chrono::minutes{5};
    Duration request_timeout = std::chrono::seconds{60};       ///< socket.timeout.ms
    Duration fetch_wait_max = std::chrono::milliseconds{500};  ///< fetch.wait.max.ms
    Duration metadata_refresh = std::chrono::minutes{5};       ///< topic.metadata.refresh…
    std::size_t queued_records = 100'000;                      ///< queued.min.messages
    std::uint32_t fetch_partition_bytes = 1U << 20U;           ///< fetch.message.max.bytes
    std::uint32_t fetch_bytes = 50U << 20U;                    ///< fetch.max.bytes
    ResetPolicy reset = ResetPolicy::earliest;
};

/// Virtual time that one turn of the member's owner loop takes. Zero: thinking is free.
struct CostModel {
    Duration per_turn{};
    Duration per_record{};  ///< for each record polled, each handed out and each answered
};

/// Makes what runs in a member; empty: the engine under its host.
using ApplicationFactory = std::function<std::unique_ptr<Application>(const ApplicationContext&)>;

/// One consumer process.
struct MemberSpec {
    EngineOptions engine;
    std::string group = "group";
    std::vector<std::int32_t> topics = {0};  ///< numbers of WorldOptions::topics
    ClientOptions client;
    HandlerSpec handler;
    CostModel cost;
    std::int64_t clock_drift_ppm = 0;  ///< its clock runs faster by so many millionths
    ApplicationFactory application;

    /// Empty MemberSpec::started: World::restart_member() starts it.
    bool started = true;
};

struct NetworkSpec {
    /// One way, each message; messages of one connection never overtake each other.
    Distribution latency =
        Distribution::uniform(std::chrono::microseconds{100}, std::chrono::microseconds{400});

    /// A message is lost and sent again by TCP: it and all behind it come later by this much.
    Ratio resend_chance;
    Duration resend_delay = std::chrono::milliseconds{200};

    /// A request's connection breaks, half of the times before it arrives, half of the times
    /// before its answer does.
    Ratio break_chance;
};

/// Settings of the brokers, with Kafka's names and defaults where it has them.
struct BrokerSpec {
    std::int32_t count = 1;                                 ///< ≥ 1
    Duration initial_rebalance_delay{};                     ///< group.initial.rebalance.delay.ms
    Duration append_linger = std::chrono::milliseconds{5};  ///< BM-5
    Duration coordinator_load_time = std::chrono::milliseconds{50};
    std::uint32_t metadata_chars_max = 4096;            ///< offset.metadata.max.bytes
    std::uint32_t offsets_batch_bytes_max = 1'048'588;  ///< BM-215
};

struct WorldOptions {
    std::uint64_t seed = 1;
    BrokerSpec brokers;
    std::vector<TopicSpec> topics;
    std::vector<MemberSpec> members;
    NetworkSpec network;
};

}  // namespace odradek::sim
