#pragma once

#include "odradek/error.h"

#include "engine/kafka/producer.h"
#include "scenarios/load.h"
#include "scenarios/real_ledger.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// Produces a load on a real cluster when its records are due, and writes down what the cluster
/// acknowledged.
class RealLoad {
public:
    RealLoad(LoadPlan plan, RealLedger& ledger) : plan_(std::move(plan)), ledger_(ledger) {}

    /// `topics` by the scenario's numbers. Errors: those of KafkaProducer::open().
    [[nodiscard]] std::expected<void, Error> open(
        const std::string& brokers, std::vector<std::string> topics
    );

    /// Sends what is due and takes what was answered.
    void tick(Instant now);

    /// All of it has been sent.
    [[nodiscard]] bool is_over() const { return plan_.remaining() == 0 && !next_; }

private:
    void send(const LoadRecord& due);

    LoadPlan plan_;
    RealLedger& ledger_;
    std::vector<std::string> topics_;
    std::optional<kafka::KafkaProducer> producer_;
    std::optional<LoadRecord> next_;
};

}  // namespace odradek::scenarios
