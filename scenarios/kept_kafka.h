#pragma once

#include "engine/local_kafka/local_kafka.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace odradek::scenarios {

/// A Kafka of this program's own whose brokers may be killed and started again while it is used.
///
/// Its processes belong to a thread of their own, because the kernel ends them with the thread that
/// started them, and because a restart takes seconds. Brokers are counted from 0.
class KeptKafka {
public:
    /// Returns when clients are served.
    [[nodiscard]] static local_kafka::Result<std::unique_ptr<KeptKafka>> start(
        int nodes, local_kafka::Report report
    );
    KeptKafka(const KeptKafka&) = delete;
    KeptKafka& operator=(const KeptKafka&) = delete;
    ~KeptKafka();

    [[nodiscard]] const std::string& bootstrap() const { return bootstrap_; }
    [[nodiscard]] int nodes() const { return nodes_; }

    // Each returns at once; what was asked for happens in this order.
    void kill(int broker);
    void restart(int broker);
    void freeze(int broker);
    void thaw(int broker);

    /// Every broker serves, and nothing that was asked for is still to be done.
    [[nodiscard]] bool is_whole() const;

    /// Why a broker could not be started again; empty when nothing failed.
    [[nodiscard]] std::string problem() const;

private:
    explicit KeptKafka(int nodes) : nodes_(nodes) {}

    void ask(std::function<void(local_kafka::LocalKafka&)> what);
    void serve(local_kafka::OwnedKafka kafka);
    void note(int broker, bool is_well);

    int nodes_;
    std::string bootstrap_;
    mutable std::mutex mutex_;
    std::condition_variable asked_;
    std::deque<std::function<void(local_kafka::LocalKafka&)>>
        orders_;  // under mutex_, from here on
    std::set<int> disturbed_;
    std::string problem_;
    bool is_busy_ = false;
    bool is_over_ = false;
    std::thread keeper_;
};

}  // namespace odradek::scenarios
