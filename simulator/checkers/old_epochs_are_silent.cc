#include "simulator/checkers/old_epochs_are_silent.h"

#include <algorithm>

namespace odradek::sim {

namespace {

std::string name_of_partition(const PartitionFacts& partition) {
    return "topic " + std::to_string(partition.topic) + " partition " +
           std::to_string(partition.partition.value());
}

class OldEpochsAreSilent final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        if (seen.partition == nowhere || seen.event.member < 0) return;
        if (seen.event.kind == TraceEvent::Kind::committed) judge_commit(seen, history, found);
        if (seen.event.kind == TraceEvent::Kind::started) judge_start(seen, history, found);
    }

private:
    static void judge_commit(const Observed& seen, const History& history, Violations& found) {
        const PartitionFacts& partition = history.partitions()[seen.partition];
        const Tenure* own = history.tenure_of(seen.partition, seen.event.member);
        if (own == nullptr) {
            found.add(
                "member " + std::to_string(seen.event.member) + " committed " +
                    name_of_partition(partition) + ", which it never had",
                {seen.number}
            );
            return;
        }
        if (own->end == Tenure::End::open) return;
        const Tenure& latest = partition.tenures.back();
        if (latest.member == seen.event.member || latest.since < own->until) return;
        found.add(
            "member " + std::to_string(seen.event.member) + " committed " +
                name_of_partition(partition) + " after it was given to member " +
                std::to_string(latest.member),
            {own->until, latest.since, seen.number}
        );
    }

    // A real process learns of a loss while its workers go on: only the same instant is forgiven,
    // which in virtual time is the time the engine has to recall what it handed out.
    static void judge_start(const Observed& seen, const History& history, Violations& found) {
        const PartitionFacts& partition = history.partitions()[seen.partition];
        const auto own = std::ranges::find_if(
            partition.tenures.rbegin(),
            partition.tenures.rend(),
            [&](const Tenure& tenure) {
                return tenure.member == seen.event.member && tenure.epoch == seen.event.epoch;
            }
        );
        if (own == partition.tenures.rend() || own->end == Tenure::End::open) return;
        if (own->end == Tenure::End::lost && own->until_at == seen.event.at) return;
        found.add(
            "member " + std::to_string(seen.event.member) + " started a record of " +
                name_of_partition(partition) + " under an assignment that had ended",
            {own->since, own->until, seen.number}
        );
    }
};

}  // namespace

std::unique_ptr<Checker> make_old_epochs_are_silent() {
    return std::make_unique<OldEpochsAreSilent>();
}

}  // namespace odradek::sim
