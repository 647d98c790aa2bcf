#pragma once

#include "engine/base/lane_chooser.h"
#include "engine/core/engine.h"
#include "simulator/client/application.h"
#include "simulator/client/producer.h"
#include "simulator/client/workers.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace odradek::sim {

/// Drives one engine in virtual time: the twin of the runtime's driver. One turn of its loop takes
/// outcomes, client events and records, gives each to the engine and does what the engine asks.
class Host final : public Application {
public:
    explicit Host(const ApplicationContext& context);

    void start() override;
    void close(const CloseOptions& options) override;
    void pause() override { ask(PauseRequested{}); }
    void resume() override { ask(ResumeRequested{}); }
    void request_commit() override { ask(CommitRequested{}); }
    [[nodiscard]] std::size_t running() const override { return workers_.running(); }
    [[nodiscard]] std::string describe() const override;

private:
    /// A record that the engine has not released.
    struct Held {
        const LogRecord* record = nullptr;
        PartitionIndex partition{};
    };
    /// A partition that this process has met, by PartitionIndex.
    struct Met {
        PartitionNumber number{};
        Epoch epoch{};
        bool is_owned = false;
        bool is_paused = false;
    };

    // The loop (host.cc).
    void wake();
    void turn();
    void take_results();
    void take_tokens();
    void take_events();
    void take_records();
    void take_time();
    void arm_timer();
    void ask(Event event);
    void handle(const Event& event);
    void perform();
    [[nodiscard]] Instant local_now() const;
    [[nodiscard]] VirtualPartition lane_of(const LogRecord& record, PartitionNumber number);
    [[nodiscard]] RecordHandle hold(const LogRecord& record, PartitionIndex partition);
    void release(RecordHandle handle);
    [[nodiscard]] PartitionIndex index_of(PartitionNumber number);
    [[nodiscard]] Met& met(PartitionIndex index) { return met_[index.value()]; }
    void spend(std::size_t records);

    // Client events (host_events.cc).
    void take(const RebalanceEvent& event);
    void take(const CommitEvent& event);
    void take(const CommittedEvent& event);
    void take(const ErrorEvent& event);
    void take(const ClosedEvent& event);

    // Effects (host_effects.cc).
    void start_work(const WorkItem& item);
    void perform(const FetchCommitted& effect);
    void perform(const CompleteAssign& effect);
    void perform(const CompleteRevoke& effect);
    void perform(const PausePartitions& effect);
    void perform(const ResumePartitions& effect);
    void perform(const CommitOffsets& effect);
    void perform(const RecallWork& effect);
    void perform(const DeadLetter& effect);
    void perform(const TokenExpired& effect);
    void perform(const LeaveGroup& effect);
    void perform(const Closed& effect);
    void perform(const Notice& effect);

    ApplicationContext context_;
    Engine engine_;
    std::optional<LaneChooser> lanes_;  ///< only with Ordering::virtual_partition
    Workers workers_;
    Producer producer_;
    Effects effects_;
    std::vector<Event> asked_;  ///< by the user, since the last turn
    std::vector<Held> held_;    ///< by handle
    std::vector<std::uint64_t> free_handles_;
    std::vector<Met> met_;
    std::map<PartitionNumber, PartitionIndex> index_of_;
    std::map<std::uint64_t, std::vector<AssignedPartition>> committing_;  ///< by commit
    std::map<std::uint64_t, std::vector<AssignedPartition>> fetching_;    ///< by request
    std::set<std::uint64_t> dead_letters_;                                ///< sent, not answered
    std::uint64_t next_fetch_ = 0;
    bool assign_is_incremental_ = false;
    bool revoke_is_incremental_ = false;
    bool turn_scheduled_ = false;
    bool ended_ = false;
    Instant busy_until_{};
    Duration spent_{};
    std::optional<Instant> timer_at_;
    std::vector<JobResult> results_;
    std::vector<FinishedWork> finished_;
    std::vector<TokenResult> token_results_;
    std::vector<FinishedToken> tokens_;
    std::vector<PolledRecord> polled_;
};

}  // namespace odradek::sim
