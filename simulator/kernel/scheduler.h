#pragma once

#include "odradek/clock.h"

#include "simulator/kernel/task.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace odradek::sim {

/// Number of a simulated process. Its events are dropped when it has died and kept back while it
/// is frozen. `world_process` never dies and never freezes.
enum class ProcessId : std::uint32_t {};
inline constexpr ProcessId world_process{0};

/// The one queue of the world, ordered by (instant, sequence): time jumps to the next event, and
/// events of one instant run in the order in which they were asked for. O(log n) each, without an
/// allocation per event once the queue has grown.
class Scheduler {
public:
    Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    ~Scheduler() = default;

    [[nodiscard]] Instant now() const { return now_; }

    /// Runs `task` at `when` (not before now()) in this life of `process`.
    void at(Instant when, ProcessId process, Task task);
    void after(Duration delay, ProcessId process, Task task) {
        at(now_ + delay, process, std::move(task));
    }

    /// Runs all events up to and including `until`; then now() == until.
    void run_until(Instant until);

    /// Runs the next event if there is one up to `until`.
    bool run_one(Instant until);

    [[nodiscard]] bool is_empty() const { return heap_.empty(); }
    [[nodiscard]] std::uint64_t events_run() const { return events_run_; }

    // Processes.
    [[nodiscard]] ProcessId add_process();

    /// Forgets everything the process was about to do. It may start again as a new life.
    void kill(ProcessId process);

    /// Holds its events back until thaw(), which runs them at once in their order.
    void freeze(ProcessId process);
    void thaw(ProcessId process);
    [[nodiscard]] bool is_frozen(ProcessId process) const;

    /// The number of lives before this one.
    [[nodiscard]] std::uint32_t life_of(ProcessId process) const;

private:
    struct Entry {
        Instant at;
        std::uint64_t sequence;
        std::uint32_t slot;

        [[nodiscard]] bool is_before(const Entry& other) const {
            return at != other.at ? at < other.at : sequence < other.sequence;
        }
    };
    struct Slot {
        Task task;
        ProcessId process = world_process;
        std::uint32_t life = 0;
    };
    struct Process {
        std::uint32_t life = 0;
        bool frozen = false;
        std::vector<std::uint32_t> kept_back;  ///< slots, in the order in which they were due
    };

    void push(Instant when, std::uint32_t slot);
    Entry pop();
    void run_slot(std::uint32_t slot);
    void free_slot(std::uint32_t slot);

    Instant now_{};
    std::uint64_t sequence_ = 0;
    std::uint64_t events_run_ = 0;
    std::vector<Entry> heap_;
    std::deque<Slot> slots_;  ///< a deque: a slot stays where it is while its task runs
    std::vector<std::uint32_t> free_;
    std::vector<Process> processes_;
};

}  // namespace odradek::sim
