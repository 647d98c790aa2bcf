#include "simulator/checkers/at_least_once.h"

namespace odradek::sim {

namespace {

class AtLeastOnce final : public Checker {
public:
    void observe(const Observed&, const History&, Violations&) override {}

    void finish(const Ending& ending, const History& history, Violations& found) override {
        for (const PartitionFacts& partition : history.partitions()) {
            for (std::uint32_t index = 0; index < partition.records.size(); ++index) {
                judge(partition, index, ending, found);
            }
        }
    }

private:
    static void judge(
        const PartitionFacts& partition,
        std::uint32_t index,
        const Ending& ending,
        Violations& found
    ) {
        const RecordFacts& record = partition.records[index];
        if (record.produced == 0 || record.settled != 0 || record.excused) return;
        if (record.covered != 0) {
            found.add(
                place_of(partition, index) + " is lost: a commit covers it and nobody finished it",
                {record.produced, record.started, record.covered}
            );
        } else if (ending.reached_end) {
            found.add(
                place_of(partition, index) + " was never finished",
                {record.produced, record.started}
            );
        }
    }
};

}  // namespace

std::unique_ptr<Checker> make_at_least_once() {
    return std::make_unique<AtLeastOnce>();
}

}  // namespace odradek::sim
