#include "simulator/checkers/nothing_replayed_after_clean_stop.h"

#include <algorithm>

namespace odradek::sim {

namespace {

/// The time of its settler's ownership in which a record was settled, if that ended in a clean stop
/// with the last commit stored.
const Tenure* clean_stop_of(const PartitionFacts& partition, const RecordFacts& record) {
    const auto found = std::ranges::find_if(partition.tenures, [&](const Tenure& tenure) {
        return tenure.member == record.settled_by && tenure.epoch == record.settled_epoch &&
               record.last_settled < tenure.until;
    });
    if (found == partition.tenures.end()) return nullptr;
    if (found->end != Tenure::End::closed || found->commit_failed) return nullptr;
    return &*found;
}

class NothingReplayedAfterCleanStop final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        if (seen.event.kind != TraceEvent::Kind::started || seen.record == nowhere) return;
        const RecordFacts& record = history.record(seen);
        if (record.started == seen.number || record.settled == 0) return;
        const PartitionFacts& partition = history.partitions()[seen.partition];
        const Tenure* tenure = history.tenure_of(seen.partition, seen.event.member);
        if (tenure == nullptr) return;
        if (record.covered != 0 && record.covered < tenure->since) {
            found.add(
                place_of(partition, seen.record) +
                    " started again although a commit covered it before the assignment",
                {record.settled, record.covered, tenure->since, seen.number}
            );
            return;
        }
        if (record.settled_by == seen.event.member && record.settled_epoch == tenure->epoch) {
            found.add(
                place_of(partition, seen.record) +
                    " started again in the assignment in which it was finished",
                {record.last_settled, seen.number}
            );
            return;
        }
        const JudgedSettings& settings = history.settings();
        if (!settings.offset_map || record.ran_for >= settings.abandoned_after) return;
        const Tenure* stopped = clean_stop_of(partition, record);
        if (stopped == nullptr || seen.number < stopped->until) return;
        found.add(
            place_of(partition, seen.record) +
                " started again although the member that finished it "
                "stopped cleanly",
            {record.last_settled, stopped->until, seen.number}
        );
    }
};

}  // namespace

std::unique_ptr<Checker> make_nothing_replayed_after_clean_stop() {
    return std::make_unique<NothingReplayedAfterCleanStop>();
}

}  // namespace odradek::sim
