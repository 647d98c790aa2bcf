#include "simulator/checkers/commit_never_goes_back.h"

#include <algorithm>

namespace odradek::sim {

namespace {

class CommitNeverGoesBack final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        if (seen.partition == nowhere) return;
        const TraceEvent& event = seen.event;
        if (seen.partition >= stored_.size()) stored_.resize(seen.partition + 1);
        Stored& stored = stored_[seen.partition];
        if (event.kind == TraceEvent::Kind::fault_on) {
            // What an administrator or a truncation set is where counting starts again.
            const PartitionFacts& partition = history.partitions()[seen.partition];
            stored.next_to_read = std::min(stored.next_to_read, partition.committed);
            return;
        }
        if (event.kind != TraceEvent::Kind::committed) return;
        if (event.offset < stored.next_to_read) {
            const PartitionFacts& partition = history.partitions()[seen.partition];
            found.add(
                "topic " + std::to_string(partition.topic) + " partition " +
                    std::to_string(partition.partition.value()) + " went back from " +
                    std::to_string(stored.next_to_read.value()) + " to " +
                    std::to_string(event.offset.value()),
                {stored.number, seen.number}
            );
        }
        stored = {.next_to_read = event.offset, .number = seen.number};
    }

private:
    struct Stored {
        Offset next_to_read = no_offset;
        EventNumber number = 0;
    };
    std::vector<Stored> stored_;
};

}  // namespace

std::unique_ptr<Checker> make_commit_never_goes_back() {
    return std::make_unique<CommitNeverGoesBack>();
}

}  // namespace odradek::sim
