#pragma once

#include "odradek/consumer.h"

#include "scenarios/member_ledger.h"
#include "scenarios/scenario.h"
#include "scenarios/token_timer.h"
#include "simulator/client/handler_model.h"

#include <atomic>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// Where a group's members send what they give up on.
[[nodiscard]] std::string dead_letter_topic(const std::string& group);

/// What a member writes into its ledger beside the events of a trace: notes with these details.
namespace member_notes {
inline constexpr std::string_view given_up = "given up";  ///< of a record: its policy ended it
inline constexpr std::string_view caught_up = "caught up";
inline constexpr std::string_view busy = "busy";
inline constexpr std::string_view ended = "ended: ";        ///< by itself, and why
inline constexpr std::string_view contract = "contract: ";  ///< a broken promise
}  // namespace member_notes

/// One member on a real cluster: the Consumer of this process with the scenario's options and
/// handler, and its ledger. One thread starts, stops and pauses it.
class RealMember {
public:
    struct Place {
        std::string brokers;
        std::string group;
        std::vector<std::string> topics;
        std::int32_t number = 0;
        std::uint64_t handler_seed = 0;
    };

    RealMember(Place place, const Scenario& scenario, MemberLedger ledger);

    /// Joins the group. Errors: those of Consumer::open().
    [[nodiscard]] std::expected<void, Error> start();

    /// Leaves it and writes down that it has.
    void stop(const CloseOptions& options);

    void pause();
    void resume();

    /// How the handler behaves from here on.
    void set_handler(const sim::HandlerSpec& spec);

    /// Writes down what changed by itself: caught up, busy again, ended.
    void look();

private:
    [[nodiscard]] ConsumerOptions options() const;
    [[nodiscard]] ConsumerListener listener();
    void note(const EngineNotice& notice);
    [[nodiscard]] Outcome handle(const RecordContext& context);
    [[nodiscard]] Outcome defer(
        const RecordContext& context, const sim::HandlerAnswer& answer, TraceEvent finished
    );
    [[nodiscard]] BatchOutcome handle_batch(std::span<const RecordContext> contexts);
    void end(TraceEvent started, const sim::HandlerAnswer& answer);
    void write(TraceEvent::Kind kind, const TopicPartition& partition, Epoch epoch);
    void write_note(std::string detail);
    void write_end(const Error& cause);
    [[nodiscard]] Epoch epoch_of(const TopicPartition& partition) const;
    [[nodiscard]] TraceEvent event(TraceEvent::Kind kind, const RecordContext& context) const;
    [[nodiscard]] std::shared_ptr<const sim::HandlerModel> handler() const;

    Place place_;
    const Scenario& scenario_;
    MemberLedger ledger_;
    mutable std::mutex handler_mutex_;
    std::shared_ptr<const sim::HandlerModel> handler_;  // under handler_mutex_
    std::map<std::string, std::int32_t, std::less<>> topic_numbers_;
    std::map<TopicPartition, Epoch> epochs_;  // the consumer's owner thread alone
    TokenTimer timer_;
    std::optional<Consumer> consumer_;
    bool was_caught_up_ = false;
    bool has_ended_ = false;
    std::atomic<std::uint32_t> batches_ = 0;
};

}  // namespace odradek::scenarios
