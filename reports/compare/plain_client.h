#pragma once

#include "odradek/error.h"

#include "engine/kafka/handle.h"
#include "reports/compare/arm.h"

#include <cstddef>
#include <expected>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace odradek::reports {

/// Settings that every arm's client has: a deep prefetch, as PF-1 names it.
[[nodiscard]] const std::map<std::string, std::string>& client_properties();

/// A consumer as one writes it by hand: subscribe, read batches, commit.
class PlainClient {
public:
    /// Error: librdkafka refuses a setting or the topic.
    [[nodiscard]] static std::expected<PlainClient, Error> open(const ArmJob& job);
    PlainClient(PlainClient&&) noexcept = default;
    PlainClient& operator=(PlainClient&&) noexcept = default;

    /// Leaves the group.
    ~PlainClient();

    /// Up to `limit` messages, waiting for the first at most 100 ms. They are the caller's, errors
    /// among them.
    [[nodiscard]] std::span<rd_kafka_message_t* const> read(std::size_t limit);

    /// Commits the offsets behind what read() gave, and waits for the broker.
    void commit_read();

private:
    PlainClient(kafka::ClientHandle client, kafka::QueueHandle queue);

    kafka::ClientHandle client_;
    kafka::QueueHandle queue_;
    std::vector<rd_kafka_message_t*> batch_;
};

/// The value of a message as the handlers take it.
[[nodiscard]] inline std::string_view value_of(const rd_kafka_message_t& message) {
    return {static_cast<const char*>(message.payload), message.len};
}

}  // namespace odradek::reports
