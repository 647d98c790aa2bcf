#pragma once

#include "engine/core/engine.h"
#include "property-tests/support/history.h"
#include "property-tests/support/ledger.h"

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace odradek {

/// How often the rare shapes came up, so that a law can say what it has seen.
struct Shapes {
    int revoke_with_work_out = 0;
    int run_returned_unstarted = 0;
    int not_done_inside_a_run = 0;
    int reassigned_with_abandoned_work = 0;
    int lost_with_work_out = 0;
    int map_loaded = 0;
    int commit_not_stored = 0;
    int dead_letter_refused = 0;
    int restarts = 0;
    int handed_over_cleanly = 0;
    int paused_partition = 0;
    int resumed_partition = 0;
    int budget_spent = 0;
    int commit_answer_lost = 0;
    int retried = 0;
    int batch_of_several_lanes = 0;
    int not_done_inside_a_batch = 0;
};

/// One member of a group whose broker, client and workers do what a history says; plain lists in
/// memory instead of the simulator. A process that has closed is started again.
class EngineDriver {
public:
    explicit EngineDriver(const History& history);

    void play();

    /// The churn stops: everything is answered well until all is processed and committed.
    void finish();

    /// What happens is written down for a person to read from now on.
    void tell_into(std::string& story) {
        story_ = &story;
        ledger_.tell_into(story);
    }

    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const Shapes& shapes() const { return shapes_; }

private:
    struct Partition {
        std::optional<Epoch> owner;  ///< its present life
        bool is_reading = false;
        bool is_paused = false;
        std::int64_t start = 0;  ///< where this life began to read
        std::int64_t position = 0;
        Offset stored = no_offset;
        std::string metadata;
        std::optional<Instant> over_since;  ///< what the rule says of pausing, beside the engine
        bool should_be_paused = false;
    };
    struct Run {
        std::deque<WorkItem> items;
        bool is_started = false;
    };

    void start_process();
    void warm_up();
    void apply(const Command& command);
    void send(const Event& event);
    void perform(const Effect& effect);
    void give_up_partitions(const CompleteRevoke& given);
    void note_attempt(const WorkItem& item, WorkResult result);

    // after every event
    void check_rules(bool is_timer);
    void check_pauses();
    void check_refused();
    void check_revoke(const CompleteRevoke& given);
    void check_idle();
    [[nodiscard]] OffsetMap stored_map(const Partition& partition) const;
    [[nodiscard]] bool is_with_a_handler(AssignedPartition partition) const;
    void hand_out();
    void start_runs();
    void step_close();
    [[nodiscard]] bool step_finish();

    void poll(const Command& command);
    void poll_late(const Command& command);
    void start(const Run& run);
    void answer_batch(std::deque<Run>::iterator run, std::uint32_t count, WorkResult last);
    void answer_work(std::size_t which, std::uint32_t count, WorkResult last);
    void give_back();
    void answer_letter(bool is_stored);
    void assign(std::uint32_t bits);
    void answer_fetch(bool is_read);
    void revoke(std::uint32_t bits);
    void lose(std::uint32_t bits);
    void land_commit(bool is_stored);
    void answer_commit(std::uint32_t how);
    void wait(std::uint32_t count);

    [[nodiscard]] std::vector<PartitionIndex> owned(std::uint32_t bits) const;
    [[nodiscard]] bool is_effective(AssignedPartition partition) const;
    [[nodiscard]] bool is_gone(const Run& run) const;
    [[nodiscard]] PolledRecord make_record(std::uint32_t partition, std::int64_t offset);

    const History& history_;
    Ledger ledger_;
    Shapes shapes_;
    std::unique_ptr<Engine> engine_;
    Instant now_{};
    Effects effects_;
    std::array<Partition, History::partitions> partitions_;
    std::uint32_t epoch_ = 0;
    std::uint64_t handle_ = 0;
    std::map<RecordHandle, std::string> keys_;  // bytes of the records that are not released

    std::deque<Run> runs_;
    std::set<PartitionIndex> recalled_;
    std::deque<DeadLetter> letters_;
    std::deque<CommittedFetched> fetches_;  // with what was stored when they were asked for
    std::optional<CommitOffsets> commit_;
    std::map<AssignedPartition, bool> landed_;  // of commit_: whether it was stored
    std::vector<AssignedPartition> refused_;    // by the last answer
    Instant refused_at_{};
    bool is_revoking_ = false;
    std::vector<PartitionIndex> revoked_;
    Instant revoked_at_{};
    std::optional<Instant> revoke_due_;  // the engine had its chance then, and has one more
    bool is_leaving_ = false;
    bool is_user_paused_ = false;
    bool may_be_ending_ = false;  // a close was asked for, or a handler may have caused one
    std::string* story_ = nullptr;
    bool is_broken_ = false;  // a contract broke; nothing after it says anything
};

/// Plays `history` and finishes it. When one of `laws` or a contract breaks: what broke, and the
/// whole run as a story; else empty. `seen` gets the shapes that came up.
[[nodiscard]] std::optional<std::string> break_of(
    const History& history, std::set<Law> laws, Shapes& seen
);

}  // namespace odradek
