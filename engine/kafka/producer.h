#pragma once

#include "odradek/clock.h"
#include "odradek/error.h"
#include "odradek/record.h"

#include "engine/kafka/handle.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace odradek::kafka {

/// A record to be sent. Views need to live until send() has returned.
struct OutgoingRecord {
    std::string topic;
    std::optional<PartitionId> partition;  ///< empty: by the producer's partitioner
    Bytes key;
    Bytes value;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// What the broker said of one record.
struct Delivery {
    std::uint64_t token = 0;
    PartitionId partition;
    Offset offset = no_offset;
    std::optional<Error> error;  ///< empty: acknowledged by all in-sync replicas
};

/// An idempotent producer whose acknowledgements come back as values.
///
/// One thread sends and serves. `acks` is all; the partitioner is Java's (murmur2_random), so that
/// keys meet the records of Java producers, unless properties say otherwise.
class KafkaProducer {
public:
    /// Errors: invalid_options.
    [[nodiscard]] static std::expected<KafkaProducer, Error> open(
        const std::string& brokers, const std::map<std::string, std::string>& properties
    );

    KafkaProducer(KafkaProducer&&) noexcept;
    KafkaProducer& operator=(KafkaProducer&&) noexcept;
    ~KafkaProducer();

    /// Queues a record; its answer comes through serve() with `token`. Error: the record cannot be
    /// queued (queue full, too large), and no answer will come.
    [[nodiscard]] std::expected<void, Error> send(
        const OutgoingRecord& record, std::uint64_t token
    );

    /// Gives the answers that have come.
    void serve(const std::function<void(const Delivery&)>& take);

    /// Waits for all answers, at most for `limit`, giving them to `take`. False when some are
    /// missing.
    [[nodiscard]] bool flush(Duration limit, const std::function<void(const Delivery&)>& take);

    /// As KafkaConsumer::wake_through().
    void wake_through(int file);

private:
    struct State;
    explicit KafkaProducer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace odradek::kafka
