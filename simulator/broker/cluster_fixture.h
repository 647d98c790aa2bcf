#pragma once

#include "simulator/broker/broker.h"
#include "simulator/broker/cluster.h"
#include "simulator/broker/connection.h"
#include "simulator/kernel/network.h"
#include "simulator/kernel/scheduler.h"
#include "simulator/kernel/tracer.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace odradek::sim {

/// For tests: a cluster and raw clients that send requests and keep the answers.
class ClusterFixture {
public:
    struct Sink final : TraceSink {
        void observe(const TraceEvent& event) override { events.push_back(event); }
        std::vector<TraceEvent> events;
    };
    using Pending = std::shared_ptr<std::optional<Answer>>;

    explicit ClusterFixture(BrokerSpec spec = {}, std::int32_t partitions = 2)
        : cluster(
              spec,
              {{.name = "orders", .partitions = partitions}},
              {.network = network, .tracer = tracer, .random = Random{5}}
          ) {}

    /// A machine with a connection to each broker.
    [[nodiscard]] int add_client() {
        process_of_client.push_back(scheduler.add_process());
        node_of_client.push_back(network.add_node(process_of_client.back()));
        channels.emplace_back();
        for (BrokerNumber b = 0; b < cluster.broker_count(); ++b) {
            channels.back().push_back(
                std::make_unique<Channel>(network, node_of_client.back(), cluster.broker(b), fate)
            );
        }
        return static_cast<int>(channels.size()) - 1;
    }

    /// Sends and does not wait.
    [[nodiscard]] Pending send(int client, BrokerNumber broker, Request request) {
        auto pending = std::make_shared<std::optional<Answer>>();
        channels[static_cast<std::size_t>(client)][static_cast<std::size_t>(broker)]->call(
            std::move(request),
            std::chrono::seconds{60},
            [pending](Answer answer) { *pending = std::move(answer); }
        );
        return pending;
    }

    /// Sends and waits for the answer, at most `limit`.
    template <typename Wanted>
    [[nodiscard]] Wanted ask(int client, BrokerNumber broker, Request request) {
        const Pending pending = send(client, broker, std::move(request));
        const Instant limit = scheduler.now() + std::chrono::seconds{50};
        while (!pending->has_value() && scheduler.run_one(limit)) {
        }
        return std::get<Wanted>(pending->value().value());
    }

    void wait(Duration span) { scheduler.run_until(scheduler.now() + span); }

    [[nodiscard]] BrokerNumber coordinator(const std::string& group) {
        return cluster.coordinator_of(group).leader();
    }

    Scheduler scheduler;
    Sink sink;
    Tracer tracer{scheduler, sink};
    Network network{scheduler, {}, Random{3}};
    Cluster cluster;
    Channel::FateOf fate;
    std::vector<ProcessId> process_of_client;
    std::vector<NodeId> node_of_client;
    std::deque<std::vector<std::unique_ptr<Channel>>> channels;
    std::int32_t members = 0;  ///< consumers made so far (consumer_fixture.h)
};

}  // namespace odradek::sim
