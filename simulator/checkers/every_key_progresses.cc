#include "simulator/checkers/every_key_progresses.h"

#include <algorithm>

namespace odradek::sim {

namespace {

class EveryKeyProgresses final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        using enum TraceEvent::Kind;
        const TraceEvent& event = seen.event;
        // Faults and members that come, go or rebalance disturb; the wait counts from the last one.
        if (event.kind == fault_on || event.kind == fault_off || event.kind == member_up ||
            event.kind == member_down || event.kind == assigned || event.kind == revoked ||
            event.kind == lost) {
            calm_since_ = event.at;
        }
        if (seen.record == nowhere) return;
        if (event.kind == polled) poll(seen);
        if (event.kind == started) start(seen, history, found);
        if (event.kind == finished || event.kind == acknowledged) free_next(seen, history);
    }

    void finish(const Ending& ending, const History& history, Violations& found) override {
        for (std::uint32_t number = 0; number < waiting_.size(); ++number) {
            const PartitionFacts& partition = history.partitions()[number];
            for (std::uint32_t index = 0; index < waiting_[number].size(); ++index) {
                const Waiting& waiting = waiting_[number][index];
                if (waiting.polled == 0 || waiting.started || index >= partition.records.size() ||
                    partition.records[index].settled != 0 || !is_head(history, number, index)) {
                    continue;
                }
                judge(partition, index, waiting, ending.at, history, found);
            }
        }
    }

private:
    struct Waiting {
        EventNumber polled = 0;
        bool started = false;  ///< since it was polled: a retry is the engine's to time
        Instant runnable_since{};
    };

    Waiting& at(std::uint32_t partition, std::uint32_t record) {
        if (partition >= waiting_.size()) waiting_.resize(partition + 1);
        if (record >= waiting_[partition].size()) waiting_[partition].resize(record + 1);
        return waiting_[partition][record];
    }

    void poll(const Observed& seen) {
        at(seen.partition, seen.record) = {
            .polled = seen.number, .started = false, .runnable_since = seen.event.at};
    }

    void start(const Observed& seen, const History& history, Violations& found) {
        Waiting& waiting = at(seen.partition, seen.record);
        // What starts in a batch behind another of its lane could not have run before.
        const bool could_run =
            seen.event.batch == 0 || is_head(history, seen.partition, seen.record);
        if (waiting.polled != 0 && !waiting.started && could_run) {
            judge(
                history.partitions()[seen.partition],
                seen.record,
                waiting,
                seen.event.at,
                history,
                found
            );
        }
        waiting.started = true;
    }

    /// What was behind the record that just settled can run from now.
    void free_next(const Observed& seen, const History& history) {
        const PartitionFacts& partition = history.partitions()[seen.partition];
        if (partition.records[seen.record].settled == 0) return;
        std::uint32_t behind = nowhere;
        if (history.settings().ordering == Ordering::partition) {
            behind = seen.record + 1;
        } else if (history.settings().ordering != Ordering::unordered) {
            behind = partition.records[seen.record].next_in_lane;
        }
        if (behind == nowhere || behind >= partition.records.size()) return;
        Waiting& waiting = at(seen.partition, behind);
        waiting.runnable_since = std::max(waiting.runnable_since, seen.event.at);
    }

    static bool is_head(const History& history, std::uint32_t number, std::uint32_t index) {
        const PartitionFacts& partition = history.partitions()[number];
        switch (history.settings().ordering) {
            case Ordering::unordered:
                return true;
            case Ordering::partition:
                return partition.first_open == index;
            case Ordering::key:
            case Ordering::virtual_partition:
                break;
        }
        const std::uint32_t lane = partition.records[index].lane;
        return lane == nowhere || history.lanes()[lane].first_open == index;
    }

    void judge(
        const PartitionFacts& partition,
        std::uint32_t index,
        const Waiting& waiting,
        Instant until,
        const History& history,
        Violations& found
    ) const {
        const Instant since = std::max(waiting.runnable_since, calm_since_);
        if (until - since <= history.settings().progress_within) return;
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(until - since);
        found.add(
            place_of(partition, index) + " could run and waited " + std::to_string(waited.count()) +
                " ms",
            {waiting.polled}
        );
    }

    std::vector<std::vector<Waiting>> waiting_;  ///< [partition][record]
    Instant calm_since_{};
};

}  // namespace

std::unique_ptr<Checker> make_every_key_progresses() {
    return std::make_unique<EveryKeyProgresses>();
}

}  // namespace odradek::sim
