#include "simulator/checkers/commit_never_passes_unfinished.h"

namespace odradek::sim {

namespace {

class CommitNeverPassesUnfinished final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        for (const std::uint32_t index : history.newly_covered()) {
            const PartitionFacts& partition = history.partitions()[seen.partition];
            const RecordFacts& record = partition.records[index];
            if (record.settled != 0 || record.excused) continue;
            const bool too_early = seen.event.kind == TraceEvent::Kind::produced;
            found.add(
                place_of(partition, index) + (too_early ? " was committed before it was produced"
                                                        : " was committed and is not finished"),
                {record.produced, record.started, seen.number}
            );
        }
    }
};

}  // namespace

std::unique_ptr<Checker> make_commit_never_passes_unfinished() {
    return std::make_unique<CommitNeverPassesUnfinished>();
}

}  // namespace odradek::sim
