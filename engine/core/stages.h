#pragma once

#include "odradek/meters.h"

#include "engine/core/assignment.h"
#include "engine/core/commit/commits.h"
#include "engine/core/completion/deferrals.h"
#include "engine/core/completion/retry_queue.h"
#include "engine/core/engine.h"
#include "engine/core/intake/back_pressure.h"
#include "engine/core/lifecycle.h"
#include "engine/core/shards/shards.h"
#include "engine/core/slow_watch.h"
#include "engine/core/work/dispatch.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek {

/// Partitions that the group wants back, until the client may give them.
struct PendingRevoke {
    std::vector<PartitionIndex> partitions;
    Instant work_until;                   ///< handlers are awaited up to here
    std::optional<Instant> commit_until;  ///< then the commit up to here
};

/// The engine's state, and what each event does to it. One member function an event; the order in
/// which the stages run after it is in engine.cc alone.
struct Engine::Stages final : Shards::Gate {
    Stages(const EngineOptions& engine_options, Instant start);

    // work
    [[nodiscard]] bool may_start(const LiveRecord& record) override;
    void track(OwnedPartition& owned, PartitionIndex partition);

    // intake
    void take(const RecordsPolled& polled, Instant now, Effects& effects);
    // completion
    void take(const WorkFinished& work, Instant now, Effects& effects);
    void take(const TokensFinished& finished, Instant now, Effects& effects);
    void take(const DeadLetterAnswered& answer, Instant now, Effects& effects);
    // assignment
    void take(const PartitionsAssigned& assigned, Instant now, Effects& effects);
    void take(const CommittedFetched& fetched, Instant now, Effects& effects);
    void take(const PartitionsRevoked& revoked, Instant now, Effects& effects);
    void take(const PartitionsLost& lost, Instant now, Effects& effects);
    // commit
    void take(const CommitAnswered& answer, Instant now, Effects& effects);
    void take(const CommitRequested& request, Instant now, Effects& effects);
    // lifecycle
    void take(const TimePassed& tick, Instant now, Effects& effects);
    void take(const PauseRequested& request, Instant now, Effects& effects);
    void take(const ResumeRequested& request, Instant now, Effects& effects);
    void take(const CloseRequested& request, Instant now, Effects& effects);
    void take(const ClientClosed& closed, Instant now, Effects& effects);
    void take(const ClientFailed& failed, Instant now, Effects& effects);

    void finish_record(
        const FinishedWork& finished, std::string reason, Instant now, Effects& effects
    );
    void apply_outcome(
        Slot slot, const FinishedWork& finished, std::string reason, Instant now, Effects& effects
    );
    void defer(Slot slot, Instant now, Effects& effects);
    void answer_twice(const FinishedWork& finished, Effects& effects);
    void end_token(const FinishedToken& token, std::string reason, Instant now, Effects& effects);
    void expire_tokens(Instant now, Effects& effects);
    [[nodiscard]] bool is_deferred(WorkId work) const;
    void come_again(Slot slot, WorkResult result, const OwnedPartition& owned, Effects& effects);
    void run_again(Slot slot, Duration after, Instant now, Effects& effects);
    void give_up(
        Slot slot, AfterLastAttempt then, std::string reason, Instant now, Effects& effects
    );
    void finish_offset(Slot slot, OwnedPartition& owned, Effects& effects);
    void send_dead_letter(Slot slot, Effects& effects);
    void release_due(Instant now, Effects& effects);

    void count_outcome(WorkResult result);
    void count_effects(const Effects& effects, std::size_t first);
    [[nodiscard]] Meters meters(Instant now);
    void describe_records(Meters& meters);

    void check_settings(
        const CommittedOffset& committed,
        std::optional<Fingerprint> fingerprint,
        Instant now,
        Effects& effects
    );
    [[nodiscard]] OffsetMap load_map(
        const CommittedOffset& committed, Instant now, Effects& effects
    );
    void start_reading(Effects& effects);
    void fetch_committed_again(Instant now, Effects& effects);
    void advance_revoke(Instant now, Effects& effects);
    void give_back(std::span<const PartitionIndex> partitions, Effects& effects);

    void stop(const Draining& draining, Effects& effects);
    void advance_close(Instant now, Effects& effects);
    void leave(std::optional<Error> cause, Effects& effects);

    /// Drops what waits of these partitions and recalls what the executor has not started.
    void drop(std::span<const PartitionIndex> partitions, Effects& effects);
    void abandon(std::span<const PartitionIndex> partitions, Effects& effects);
    [[nodiscard]] bool has_work_out(std::span<const PartitionIndex> partitions) const;
    [[nodiscard]] bool is_settled(std::span<const PartitionIndex> partitions);

    /// Nothing of the partition will run again here: what is not done now is somebody else's.
    [[nodiscard]] bool is_ending(const OwnedPartition& owned) const;
    [[nodiscard]] bool may_start_work() const;

    EngineOptions options;
    EncodeOptions map_encoding;  // of what is committed
    Shards shards;
    Dispatch dispatch;
    RetryQueue retries;
    Deferrals deferrals;
    Assignment assignment;
    BackPressure back_pressure;
    Commits commits;
    SlowWatch slow;
    Lifecycle lifecycle;
    Meters totals;  // its counters; the rest is read off when somebody asks
    std::array<std::uint64_t, Notice::kind_count> notices{};
    std::optional<PendingRevoke> revoke;
    std::optional<Instant> fetch_committed_again_at;
    std::map<WorkId, std::string> dead_letter_reasons;  // of those the producer has
};

}  // namespace odradek
