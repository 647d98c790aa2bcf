#include "simulator/checkers/partition_order.h"

#include "simulator/checkers/running.h"

namespace odradek::sim {

namespace {

class PartitionOrder final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        const auto overlapped = running_.take(seen, seen.partition);
        if (overlapped) {
            const PartitionFacts& partition = history.partitions()[seen.partition];
            found.add(
                place_of(partition, seen.record) + " started while " +
                    place_of(partition, overlapped->record) + " was running in the same member",
                {overlapped->number, seen.number}
            );
        }
        if (!seen.settles || seen.overtaken_in_partition == nowhere) return;
        const PartitionFacts& partition = history.partitions()[seen.partition];
        const RecordFacts& earlier = partition.records[seen.overtaken_in_partition];
        found.add(
            place_of(partition, seen.record) + " finished before " +
                place_of(partition, seen.overtaken_in_partition),
            {earlier.produced, earlier.started, seen.number}
        );
    }

private:
    Running running_;
};

}  // namespace

std::unique_ptr<Checker> make_partition_order() {
    return std::make_unique<PartitionOrder>();
}

}  // namespace odradek::sim
