#pragma once

#include "simulator/client/application.h"
#include "simulator/client/workers.h"
#include "simulator/world_options.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// What all hand-written consumers have in common: a poll loop, a pool of threads, a rebalance
/// listener. A pattern says when it polls and what it does with records and answers; its bugs are
/// its own.
class Baseline : public Application {
public:
    void start() override;
    void close(const CloseOptions& options) override;
    [[nodiscard]] std::size_t running() const override {
        return workers_.running() + workers_.waiting();
    }
    [[nodiscard]] std::string describe() const override;

protected:
    Baseline(const ApplicationContext& context, std::size_t threads);

    /// Most records of the next poll; 0 while the loop stands still and does not poll.
    [[nodiscard]] virtual std::size_t poll_max() const = 0;

    /// One poll came back, maybe empty.
    virtual void polled(const std::vector<HandledRecord>& records) = 0;

    /// A handler has ended; anything but done and skip is an exception in these programs.
    virtual void handled(const HandledRecord& record, bool succeeded) = 0;

    /// The commit that was last sent has been answered.
    virtual void committed(bool /*succeeded*/) {}

    virtual void assigned(PartitionNumber /*partition*/) {}

    /// The listener runs inside poll; give_back() ends it.
    virtual void revoking(const std::vector<PartitionNumber>& /*partitions*/) { give_back(); }

    /// The pattern has nothing more to do before it may leave the group.
    [[nodiscard]] virtual bool may_close() const { return running() == 0; }

    void submit(const HandledRecord& record, bool continues_run = false);
    void start_threads() { workers_.start_idle(); }

    /// Commits asynchronously, without waiting for the one before.
    void commit(const std::map<PartitionNumber, Offset>& next_to_read);

    /// As commit(), and the loop stands still until the answer is there.
    void commit_and_wait(const std::map<PartitionNumber, Offset>& next_to_read);
    void give_back();
    void after(Duration span, std::function<void()> task);
    void wake();

    /// The program dies of an exception that nobody caught.
    void die(const std::string& why);

    [[nodiscard]] bool closing() const { return closing_; }
    [[nodiscard]] const ApplicationContext& context() const { return context_; }

private:
    void turn();
    void take_results();
    void await_commit();
    void take_events();
    [[nodiscard]] std::optional<ConsumerEvent> next_event();
    void take_records();
    void take(const RebalanceEvent& event);
    void take(const CommitEvent& event);
    void take(const CommittedEvent& event);
    void take(const ErrorEvent& event);
    void take(const ClosedEvent& event);
    void fetch_positions();

    ApplicationContext context_;
    Workers workers_;
    std::vector<HandledRecord> jobs_;  ///< by tag
    std::vector<JobResult> results_;
    std::vector<HandledRecord> batch_;
    std::map<PartitionNumber, Epoch> owned_;
    std::vector<PartitionNumber> starting_;  ///< given, start position not yet known
    std::optional<RebalanceEvent> revoke_;   ///< not yet given back
    std::deque<ConsumerEvent> put_off_;      ///< came while a commit was awaited
    std::uint64_t next_request_ = 0;
    bool awaiting_commit_ = false;
    bool incremental_ = false;
    bool turn_scheduled_ = false;
    bool closing_ = false;
    bool leaving_ = false;
    bool ended_ = false;
};

/// A pattern by the name that scenario files use.
struct BaselineRow {
    std::string_view name;
    std::string_view summary;
    ApplicationFactory (*make)();
};

[[nodiscard]] std::span<const BaselineRow> baseline_rows();

}  // namespace odradek::sim
