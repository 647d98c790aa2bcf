#include "simulator/checkers/one_in_flight_per_key.h"

#include "simulator/checkers/running.h"

namespace odradek::sim {

namespace {

class OneInFlightPerKey final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        const std::uint32_t lane = seen.record == nowhere ? nowhere : history.record(seen).lane;
        const auto overlapped = running_.take(seen, lane);
        if (!overlapped) return;
        const PartitionFacts& partition = history.partitions()[seen.partition];
        found.add(
            place_of(partition, seen.record) + " started in member " +
                std::to_string(seen.event.member) + " while " +
                place_of(partition, overlapped->record) + " of the same key was running there",
            {overlapped->number, seen.number}
        );
    }

private:
    Running running_;
};

}  // namespace

std::unique_ptr<Checker> make_one_in_flight_per_key() {
    return std::make_unique<OneInFlightPerKey>();
}

}  // namespace odradek::sim
