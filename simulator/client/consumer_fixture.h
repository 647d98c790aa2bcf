#pragma once

#include "simulator/broker/cluster_fixture.h"
#include "simulator/client/consumer.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace odradek::sim {

/// For tests: one consumer process whose application is the test. It polls whenever it is woken
/// and keeps what it got; rebalance events are answered at once unless told otherwise.
class TestMember {
public:
    TestMember(ClusterFixture& world, ClientOptions options) : world_(world) {
        const ProcessId process = world.scheduler.add_process();
        context_ = std::make_unique<ClientContext>(ClientContext{
            .cluster = world.cluster,
            .tracer = world.tracer,
            .fate_of = world.fate,
            .member = number_of(world)++,
            .process = process,
            .node = world.network.add_node(process),
            .group = "g",
            .topics = {0},
            .options = std::move(options)});
        consumer_ = std::make_unique<Consumer>(*context_);
        consumer_->start([this] { wake(); });
        consumer_->wait();
    }

    /// With session 6 s and a heartbeat each half second, as the FT cases say.
    [[nodiscard]] static ClientOptions quick(Assignor assignor = Assignor::range) {
        ClientOptions options;
        options.assignor = assignor;
        options.session_timeout = std::chrono::seconds{6};
        options.heartbeat_interval = std::chrono::milliseconds{500};
        return options;
    }

    [[nodiscard]] Consumer& consumer() { return *consumer_; }
    [[nodiscard]] ProcessId process() const { return context_->process; }
    [[nodiscard]] NodeId node() const { return context_->node; }

    void answer(const RebalanceEvent& event) {
        const bool assigns = event.kind == RebalanceEvent::Kind::assign;
        std::vector<AssignedFrom> all;
        for (const PartitionNumber partition : event.partitions) {
            all.push_back({partition, starts_at});
        }
        if (assigns && event.incremental)
            consumer_->incremental_assign(all);
        else if (assigns)
            consumer_->assign(all);
        else if (event.incremental)
            consumer_->incremental_unassign(event.partitions);
        else
            consumer_->unassign();
    }

    void poll() {
        while (auto event = consumer_->next_event()) {
            log.push_back(in_words(*event));
            const auto* rebalance = std::get_if<RebalanceEvent>(&*event);
            if (rebalance != nullptr) {
                last_rebalance = *rebalance;
                if (answers) answer(*rebalance);
            }
        }
        while (reads) {
            const Delivery delivery = consumer_->take_records(1000);
            if (delivery.records.empty()) break;
            for (const LogRecord& record : delivery.records) {
                read.push_back({delivery.partition.value(), record.offset.value()});
            }
        }
        if (waits) consumer_->wait();
    }

    /// Commits and tells what came back.
    void commit(std::int64_t offset, std::uint32_t partition = 0) {
        consumer_->commit(++commits_, {{PartitionNumber{partition}, Offset{offset}, "map"}});
    }

    std::vector<std::string> log;  ///< events, in words
    std::vector<std::pair<std::uint32_t, std::int64_t>> read;
    RebalanceEvent last_rebalance;
    Offset starts_at{0};
    bool answers = true;
    bool reads = true;
    bool waits = true;
    bool polls = true;

private:
    static std::int32_t& number_of(ClusterFixture& world) { return world.members; }

    void wake() {
        if (!polls || std::exchange(woken_, true)) return;
        world_.scheduler.at(world_.scheduler.now(), context_->process, [this] {
            woken_ = false;
            if (polls) poll();
        });
    }

    static std::string in_words(const ConsumerEvent& event) {
        if (const auto* rebalance = std::get_if<RebalanceEvent>(&event)) {
            const bool assigns = rebalance->kind == RebalanceEvent::Kind::assign;
            std::string text = assigns ? "ASSIGN" : rebalance->lost ? "LOST" : "REVOKE";
            for (const PartitionNumber partition : rebalance->partitions) {
                text += " " + std::to_string(partition.value());
            }
            return text;
        }
        if (const auto* commit = std::get_if<CommitEvent>(&event)) {
            return "COMMIT " + std::string{name_of(commit->partitions.at(0).error)};
        }
        if (const auto* error = std::get_if<ErrorEvent>(&event)) {
            return (error->fatal ? "FATAL " : "ERROR ") + std::string{name_of(error->error)};
        }
        if (std::holds_alternative<ClosedEvent>(event)) return "CLOSED";
        return "COMMITTED";
    }

    ClusterFixture& world_;
    std::unique_ptr<ClientContext> context_;
    std::unique_ptr<Consumer> consumer_;
    std::uint64_t commits_ = 0;
    bool woken_ = false;
};

}  // namespace odradek::sim
