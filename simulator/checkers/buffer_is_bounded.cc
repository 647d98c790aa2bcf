#include "simulator/checkers/buffer_is_bounded.h"

namespace odradek::sim {

namespace {

class BufferIsBounded final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        using enum TraceEvent::Kind;
        const TraceEvent& event = seen.event;
        if (event.kind == member_down) drop_member(event.member);
        if (seen.partition == nowhere || event.member < 0) return;
        if (event.kind == revoked || event.kind == lost) drop(seen.partition, event.member);
        if (event.kind == polled) take_polled(seen, history, found);
        if (seen.record != nowhere && (event.kind == finished || event.kind == acknowledged) &&
            history.record(seen).settled != 0) {
            release(seen.partition, seen.record, event.member);
        }
    }

private:
    /// Which member holds each record; one holder a record, the last that was given it.
    struct Partition {
        std::vector<std::int32_t> holder;  ///< −1 none
    };

    void take_polled(const Observed& seen, const History& history, Violations& found) {
        if (seen.record == nowhere) return;
        const Tenure* tenure = history.tenure_of(seen.partition, seen.event.member);
        const RecordFacts& record = history.record(seen);
        // What a commit covered before the assignment is dropped at once by whoever reads the map.
        if (tenure == nullptr || (record.covered != 0 && record.covered < tenure->since)) return;
        std::int32_t& holder = holder_of(seen.partition, seen.record);
        if (holder == seen.event.member) return;
        if (holder >= 0) --held(holder);
        holder = seen.event.member;
        const std::size_t now = ++held(holder);
        if (now <= history.settings().buffered_max) return;
        found.add(
            "member " + std::to_string(holder) + " holds " + std::to_string(now) +
                " records; the limit is " + std::to_string(history.settings().buffered_max),
            {seen.number}
        );
    }

    void release(std::uint32_t partition, std::uint32_t record, std::int32_t member) {
        std::int32_t& holder = holder_of(partition, record);
        if (holder != member) return;
        --held(holder);
        holder = -1;
    }

    void drop(std::uint32_t partition, std::int32_t member) {
        if (partition >= partitions_.size()) return;
        for (std::int32_t& holder : partitions_[partition].holder) {
            if (holder != member) continue;
            --held(holder);
            holder = -1;
        }
    }

    void drop_member(std::int32_t member) {
        for (std::uint32_t partition = 0; partition < partitions_.size(); ++partition) {
            drop(partition, member);
        }
    }

    std::int32_t& holder_of(std::uint32_t partition, std::uint32_t record) {
        if (partition >= partitions_.size()) partitions_.resize(partition + 1);
        std::vector<std::int32_t>& holders = partitions_[partition].holder;
        if (record >= holders.size()) holders.resize(record + 1, -1);
        return holders[record];
    }

    std::size_t& held(std::int32_t member) {
        const auto index = static_cast<std::size_t>(member);
        if (index >= held_.size()) held_.resize(index + 1);
        return held_[index];
    }

    std::vector<Partition> partitions_;
    std::vector<std::size_t> held_;  ///< by member
};

}  // namespace

std::unique_ptr<Checker> make_buffer_is_bounded() {
    return std::make_unique<BufferIsBounded>();
}

}  // namespace odradek::sim
