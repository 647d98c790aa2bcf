#pragma once

#include "odradek/consumer.h"

#include "engine/base/random.h"
#include "scenarios/real_ledger.h"
#include "scenarios/scenario.h"
#include "scenarios/token_timer.h"
#include "simulator/client/handler_model.h"

#include <cstdint>
#include <expected>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// Where a group's members send what they give up on.
[[nodiscard]] std::string dead_letter_topic(const std::string& group);

/// One member on a real cluster: a Consumer of this process with the scenario's options and
/// handler, and its part of the ledger. One thread starts, stops and pauses it.
class RealMember {
public:
    struct Place {
        std::string brokers;
        std::string group;
        std::vector<std::string> topics;
        std::int32_t number = 0;
    };

    RealMember(Place place, const Scenario& scenario, const Random& random, RealLedger& ledger);

    /// Joins the group; nothing if it is up.
    [[nodiscard]] std::expected<void, Error> start();

    /// Leaves it; nothing if it is down. Returns why it had ended by itself, if it had.
    std::optional<Error> stop(CloseOptions options);

    void pause_until(Instant until);
    void start_at(Instant at) { start_at_ = at; }
    void heal();

    /// Does what is due: ends a pause, starts again.
    void tick(Instant now);

    /// Is up, has partitions read to their end, and works on nothing; or is down.
    [[nodiscard]] bool is_caught_up() const;

private:
    [[nodiscard]] ConsumerOptions options() const;
    [[nodiscard]] ConsumerListener listener();
    void note(const EngineNotice& notice);
    [[nodiscard]] Outcome handle(const RecordContext& context);
    [[nodiscard]] Outcome defer(
        const RecordContext& context, const sim::HandlerAnswer& answer, TraceEvent finished
    );
    void write(TraceEvent::Kind kind, const TopicPartition& partition, Epoch epoch);
    [[nodiscard]] Epoch epoch_of(const TopicPartition& partition) const;
    [[nodiscard]] TraceEvent event(TraceEvent::Kind kind, const RecordContext& context) const;

    Place place_;
    const Scenario& scenario_;
    sim::HandlerModel handler_;
    RealLedger& ledger_;
    std::map<std::string, std::int32_t, std::less<>> topic_numbers_;
    std::map<TopicPartition, Epoch> epochs_;  // the consumer's owner thread alone
    TokenTimer timer_;
    std::optional<Consumer> consumer_;
    std::optional<Instant> paused_until_;
    std::optional<Instant> start_at_;
};

}  // namespace odradek::scenarios
