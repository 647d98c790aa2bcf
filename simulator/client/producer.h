#pragma once

#include "odradek/types.h"

#include "simulator/client/client_context.h"
#include "simulator/client/ledger.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace odradek::sim {

/// A record made from a record: a dead letter or an output.
struct OutputRecord {
    std::string topic{};
    PartitionNumber input{};
    Offset offset{};  ///< of the input
    Epoch epoch{};
};

/// What became of a send.
struct ProducerAnswer {
    std::uint64_t tag = 0;
    KafkaError error = KafkaError::none;
};

/// An idempotent producer: sends again until the broker answers, and the broker stores a send once
/// (BM-52).
class Producer {
public:
    Producer(const ClientContext& context, Ledger& ledger, std::function<void()> wake);

    void send(std::uint64_t tag, OutputRecord record);

    [[nodiscard]] bool has_answers() const { return !answers_.empty(); }
    [[nodiscard]] std::vector<ProducerAnswer> take_answers() { return std::exchange(answers_, {}); }

private:
    struct Sending {
        std::uint64_t tag = 0;
        OutputRecord record{};
        std::uint64_t sequence = 0;
        Instant give_up_at{};
    };

    void deliver(Sending sending);
    void answered(Sending sending, Answer answer);

    const ClientContext& context_;
    Ledger& ledger_;
    std::function<void()> wake_;
    Channels channels_;
    std::uint64_t producer_id_;
    std::uint64_t next_sequence_ = 0;
    std::vector<ProducerAnswer> answers_;
};

}  // namespace odradek::sim
