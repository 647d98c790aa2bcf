#pragma once

#include "odradek/consumer.h"

#include "engine/core/effect.h"
#include "engine/kafka/producer.h"

#include <expected>
#include <functional>
#include <memory>
#include <string>

namespace odradek {

/// Sends records that were given up on to their topic, key, value and headers as they came, with
/// where they came from in further headers (PC-11, VP-11).
class DeadLetters {
public:
    /// Opens a producer with the consumer's brokers and connection properties. Error:
    /// invalid_options.
    [[nodiscard]] static std::expected<DeadLetters, Error> open(const ConsumerOptions& options);

    /// Sends one; an answer comes through serve(), or at once if it cannot be queued.
    void send(const DeadLetter& letter, const std::function<void(const Event&)>& take);

    void serve(const std::function<void(const Event&)>& take);
    void wake_through(int file) { producer_.wake_through(file); }

private:
    DeadLetters(kafka::KafkaProducer producer, std::string topic, std::string group);

    kafka::KafkaProducer producer_;
    std::string topic_;
    std::string group_;
};

}  // namespace odradek
