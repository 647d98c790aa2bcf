#include "simulator/checkers/key_order.h"

namespace odradek::sim {

namespace {

class KeyOrder final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        if (!seen.settles || seen.overtaken == nowhere) return;
        const PartitionFacts& partition = history.partitions()[seen.partition];
        const RecordFacts& earlier = partition.records[seen.overtaken];
        found.add(
            place_of(partition, seen.record) + " finished before " +
                place_of(partition, seen.overtaken) + ", which has the same key",
            {earlier.produced, earlier.started, seen.number}
        );
    }
};

}  // namespace

std::unique_ptr<Checker> make_key_order() {
    return std::make_unique<KeyOrder>();
}

}  // namespace odradek::sim
