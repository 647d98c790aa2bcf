#include "simulator/baselines/minute_rule.h"

#include "simulator/baselines/baseline.h"

#include <deque>
#include <set>
#include <string>

namespace odradek::sim {

namespace {

class MinuteRule final : public Baseline {
public:
    explicit MinuteRule(const ApplicationContext& context)
        : Baseline(context, context.engine.concurrency_max) {}

    void start() override {
        Baseline::start();
        tick();
    }

protected:
    [[nodiscard]] std::size_t poll_max() const override { return closing() ? 0 : 500; }

    void polled(const std::vector<HandledRecord>& records) override {
        for (const HandledRecord& record : records) {
            Marks& marks = marks_[record.partition];
            if (!marks.started) {
                marks.started = true;
                marks.next = record.record->offset;
                marks.marked_at = context().client.now();
            }
            Lane& lane = lanes_[{record.partition, std::string(record.record->key_text())}];
            lane.queue.push_back(record);
            run_next(lane);
        }
    }

    // A failure goes to the retry topic and counts as processed here.
    void handled(const HandledRecord& record, bool /*succeeded*/) override {
        marks_[record.partition].processed.insert(record.record->offset);
        Lane& lane = lanes_[{record.partition, std::string(record.record->key_text())}];
        lane.running = false;
        run_next(lane);
    }

    void revoking(const std::vector<PartitionNumber>& partitions) override {
        for (const PartitionNumber partition : partitions) {
            marks_.erase(partition);
        }
        std::erase_if(lanes_, [&](const auto& lane) {
            return !marks_.contains(lane.first.first) && !lane.second.running;
        });
        give_back();
    }

private:
    struct Marks {
        bool started = false;
        Offset next{};
        Instant marked_at{};
        std::set<Offset> processed;
    };
    struct Lane {
        std::deque<HandledRecord> queue;
        bool running = false;
    };

    void run_next(Lane& lane) {
        if (lane.running || lane.queue.empty()) return;
        lane.running = true;
        submit(lane.queue.front());
        lane.queue.pop_front();
        start_threads();
    }

    void tick() {
        after(std::chrono::seconds{1}, [this] {
            std::map<PartitionNumber, Offset> offsets;
            for (auto& [partition, marks] : marks_) {
                if (mark(marks)) offsets[partition] = marks.next;
            }
            if (!offsets.empty()) commit(offsets);
            tick();
        });
    }

    /// Takes processed offsets in order; one that is not next counts as next when the last mark is
    /// a minute old.
    bool mark(Marks& marks) const {
        const Instant now = context().client.now();
        bool moved = false;
        while (!marks.processed.empty()) {
            const Offset lowest = *marks.processed.begin();
            const bool is_next = lowest <= marks.next;
            if (!is_next && now - marks.marked_at < std::chrono::minutes{1}) break;
            marks.processed.erase(marks.processed.begin());
            if (lowest < marks.next) continue;
            marks.next = next(lowest);
            marks.marked_at = now;
            moved = true;
        }
        return moved;
    }

    std::map<PartitionNumber, Marks> marks_;
    std::map<std::pair<PartitionNumber, std::string>, Lane> lanes_;
};

}  // namespace

ApplicationFactory make_minute_rule() {
    return [](const ApplicationContext& context) { return std::make_unique<MinuteRule>(context); };
}

}  // namespace odradek::sim
