// What people write by hand (TP-1, TP-2), as programs on librdkafka.

#include "engine/runtime/steady_clock.h"
#include "reports/compare/plain_client.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <latch>
#include <mutex>
#include <thread>

namespace odradek::reports {

namespace {

constexpr std::size_t poll_max = 500;  // max.poll.records of the Java client

/// A fixed pool of threads with one queue.
class Pool {
public:
    Pool(std::uint32_t threads, std::function<void(rd_kafka_message_t*)> work)
        : work_(std::move(work)) {
        for (std::uint32_t thread = 0; thread < threads; ++thread) {
            threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
        }
    }

    void submit(rd_kafka_message_t* message) {
        {
            const std::lock_guard lock{mutex_};
            queue_.push_back(message);
        }
        has_work_.notify_one();
    }

private:
    void run(const std::stop_token& stop) {
        for (;;) {
            rd_kafka_message_t* message = nullptr;
            {
                std::unique_lock lock{mutex_};
                if (!has_work_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
                message = queue_.front();
                queue_.pop_front();
            }
            work_(message);
        }
    }

    std::function<void(rd_kafka_message_t*)> work_;
    std::mutex mutex_;
    std::condition_variable_any has_work_;
    std::deque<rd_kafka_message_t*> queue_;  // under mutex_
    std::vector<std::jthread> threads_;
};

}  // namespace

std::expected<void, Error> run_vanilla(
    const ArmJob& job, Handled& handled, const std::stop_token& stop
) {
    auto client = PlainClient::open(job);
    if (!client) return std::unexpected(client.error());
    while (!stop.stop_requested()) {
        const auto batch = client->read(poll_max);
        const Instant delivered_at = steady_now();
        for (rd_kafka_message_t* message : batch) {
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                handled.handle(value_of(*message), delivered_at);
            }
            rd_kafka_message_destroy(message);
        }
        if (!batch.empty()) client->commit_read();
    }
    return {};
}

std::expected<void, Error> run_pool_per_batch(
    const ArmJob& job, Handled& handled, const std::stop_token& stop
) {
    auto client = PlainClient::open(job);
    if (!client) return std::unexpected(client.error());
    Instant delivered_at;
    std::latch* open = nullptr;
    Pool pool{handled.workload().concurrency, [&](rd_kafka_message_t* message) {
                  handled.handle(value_of(*message), delivered_at);
                  rd_kafka_message_destroy(message);
                  open->count_down();
              }};
    while (!stop.stop_requested()) {
        const auto batch = client->read(poll_max);
        if (batch.empty()) continue;
        delivered_at = steady_now();
        std::latch all{static_cast<std::ptrdiff_t>(batch.size())};
        open = &all;
        for (rd_kafka_message_t* message : batch) {
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                pool.submit(message);
            } else {
                rd_kafka_message_destroy(message);
                all.count_down();
            }
        }
        all.wait();
        client->commit_read();
    }
    return {};
}

}  // namespace odradek::reports
