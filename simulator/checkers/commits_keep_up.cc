#include "simulator/checkers/commits_keep_up.h"

#include <algorithm>

namespace odradek::sim {

namespace {

class CommitsKeepUp final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        using enum TraceEvent::Kind;
        const TraceEvent& event = seen.event;
        if (event.kind == fault_on || event.kind == fault_off || event.kind == member_up ||
            event.kind == member_down || event.kind == assigned || event.kind == revoked ||
            event.kind == lost) {
            calm_since_ = event.at;
        }
        if (seen.partition == nowhere || (event.kind != committed && !seen.settles)) return;
        Progress& progress = of(seen.partition);
        const PartitionFacts& partition = history.partitions()[seen.partition];
        judge(partition, progress, event.at, history, found);
        if (partition.first_open <= partition.covered_end) {
            progress = {};
        } else if (!progress.behind || partition.covered_end > progress.covered_end) {
            progress = {
                .behind = true,
                .since = event.at,
                .number = seen.number,
                .covered_end = partition.covered_end};
        }
    }

    void finish(const Ending& ending, const History& history, Violations& found) override {
        for (std::size_t number = 0; number < progress_.size(); ++number) {
            judge(history.partitions()[number], progress_[number], ending.at, history, found);
        }
    }

private:
    struct Progress {
        bool behind = false;     ///< the first records are finished and not covered
        Instant since{};         ///< this, or the last commit that covered some of them
        EventNumber number = 0;  ///< the event at `since`
        std::uint32_t covered_end = 0;
    };

    Progress& of(std::uint32_t partition) {
        if (partition >= progress_.size()) progress_.resize(partition + 1);
        return progress_[partition];
    }

    void judge(
        const PartitionFacts& partition,
        Progress& progress,
        Instant now,
        const History& history,
        Violations& found
    ) const {
        const Instant since = std::max(progress.since, calm_since_);
        if (!progress.behind || now - since <= history.settings().progress_within) return;
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(now - since);
        found.add(
            place_of(partition, partition.covered_end) + " was finished and waited " +
                std::to_string(waited.count()) + " ms for a commit",
            {progress.number}
        );
        progress.since = now;
    }

    std::vector<Progress> progress_;
    Instant calm_since_{};
};

}  // namespace

std::unique_ptr<Checker> make_commits_keep_up() {
    return std::make_unique<CommitsKeepUp>();
}

}  // namespace odradek::sim
