#include "scenarios/kept_kafka.h"

#include <future>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

using local_kafka::LocalKafka;
using local_kafka::OwnedKafka;

}  // namespace

local_kafka::Result<std::unique_ptr<KeptKafka>> KeptKafka::start(
    int nodes, local_kafka::Report report
) {
    static std::atomic<int> number = 0;
    local_kafka::ClusterOptions options;
    options.name = fmt::format("chaos-{}-{}", getpid(), ++number);
    options.nodes = nodes;
    options.report = std::move(report);
    std::unique_ptr<KeptKafka> kept(new KeptKafka(nodes));
    std::promise<std::optional<local_kafka::Problem>> started;
    auto outcome = started.get_future();
    kept->keeper_ = std::thread([&started, options, self = kept.get()] {
        auto kafka = OwnedKafka::start(options);
        if (!kafka) {
            started.set_value(kafka.error());
            return;
        }
        self->bootstrap_ = (*kafka)->bootstrap();
        started.set_value(std::nullopt);
        self->serve(std::move(*kafka));
    });
    if (auto problem = outcome.get()) return std::unexpected(std::move(*problem));
    return kept;
}

KeptKafka::~KeptKafka() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    asked_.notify_one();
    if (keeper_.joinable()) keeper_.join();
}

void KeptKafka::serve(OwnedKafka kafka) {
    std::unique_lock lock(mutex_);
    while (true) {
        asked_.wait(lock, [this] { return is_over_ || !orders_.empty(); });
        if (is_over_) return;
        const auto order = std::move(orders_.front());
        orders_.pop_front();
        is_busy_ = true;
        lock.unlock();
        order(*kafka.operator->());
        lock.lock();
        is_busy_ = false;
    }
}

void KeptKafka::ask(std::function<void(LocalKafka&)> what) {
    {
        const std::lock_guard lock(mutex_);
        orders_.push_back(std::move(what));
    }
    asked_.notify_one();
}

void KeptKafka::note(int broker, bool is_well) {
    const std::lock_guard lock(mutex_);
    if (is_well) {
        disturbed_.erase(broker);
    } else {
        disturbed_.insert(broker);
    }
}

void KeptKafka::kill(int broker) {
    ask([this, broker](LocalKafka& kafka) {
        note(broker, false);
        kafka.kill_node(broker + 1);
    });
}

void KeptKafka::restart(int broker) {
    ask([this, broker](LocalKafka& kafka) {
        const auto started = kafka.restart_node(broker + 1);
        if (started) return note(broker, true);
        const std::lock_guard lock(mutex_);
        problem_ = started.error().what;
    });
}

void KeptKafka::freeze(int broker) {
    ask([this, broker](LocalKafka& kafka) {
        note(broker, false);
        kafka.pause_node(broker + 1);
    });
}

void KeptKafka::thaw(int broker) {
    ask([this, broker](LocalKafka& kafka) {
        kafka.resume_node(broker + 1);
        note(broker, true);
    });
}

bool KeptKafka::is_whole() const {
    const std::lock_guard lock(mutex_);
    return !is_busy_ && orders_.empty() && disturbed_.empty();
}

std::string KeptKafka::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

}  // namespace odradek::scenarios
