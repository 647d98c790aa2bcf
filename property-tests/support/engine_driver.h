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
};

/// One member of a group whose broker, client and workers do what a history says; plain lists in
/// memory instead of the simulator. A process that has closed is started again.
class EngineDriver {
public:
    explicit EngineDriver(const History& history);

    void play();

    /// The churn stops: everything is answered well until all is processed and committed.
    void finish();

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
    void hand_out();
    void start_runs();
    void step_close();
    [[nodiscard]] bool step_finish();

    void poll(const Command& command);
    void poll_late(const Command& command);
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
    std::deque<FetchCommitted> fetches_;
    std::optional<CommitOffsets> commit_;
    std::map<AssignedPartition, bool> landed_;  // of commit_: whether it was stored
    bool is_revoking_ = false;
    bool is_leaving_ = false;
    bool is_broken_ = false;  // a contract broke; nothing after it says anything
};

}  // namespace odradek
