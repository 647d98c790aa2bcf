#pragma once

#include "simulator/broker/connection.h"
#include "simulator/broker/messages.h"
#include "simulator/kernel/scheduler.h"

#include <memory>
#include <vector>

namespace odradek::sim {

class Cluster;
struct Partition;

/// A fetch that found nothing and waits for an append or for its time to be over (BM-22).
struct ParkedFetch {
    FetchRequest request;
    Reply reply;
    BrokerNumber broker;
    bool answered = false;
};

/// One broker: takes requests off its connections and answers from what the cluster has.
class Broker final : public Server {
public:
    Broker(Cluster& cluster, BrokerNumber number);

    [[nodiscard]] NodeId node() const override { return node_; }
    [[nodiscard]] bool is_up() const override { return up_; }
    void receive(Request request, Reply reply) override;
    void opened(std::weak_ptr<Connection> connection) override;

    [[nodiscard]] ProcessId process() const { return process_; }
    [[nodiscard]] BrokerNumber number() const { return number_; }

    /// Breaks all connections and forgets what it was doing.
    void crash();
    void restart() { up_ = true; }

    /// Answers a parked fetch with what is there now.
    void answer_parked(const std::shared_ptr<ParkedFetch>& parked);

private:
    void answer(FetchRequest& request, const Reply& reply);
    void answer(const ProduceRequest& request, const Reply& reply);
    void answer(const ListOffsetsRequest& request, const Reply& reply);
    void answer(const MetadataRequest& request, const Reply& reply);
    void answer(const FindCoordinatorRequest& request, const Reply& reply);

    /// True when the answer need not wait: it has records or an error.
    [[nodiscard]] bool read(const FetchRequest& request, FetchResponse& response);
    [[nodiscard]] KafkaError check(const FetchPosition& position) const;

    Cluster& cluster_;
    BrokerNumber number_;
    ProcessId process_;
    NodeId node_;
    bool up_ = true;
    std::vector<std::weak_ptr<Connection>> connections_;
};

}  // namespace odradek::sim
