#include "simulator/baselines/queue_per_partition.h"

#include "simulator/baselines/baseline.h"

#include <algorithm>
#include <deque>
#include <set>

namespace odradek::sim {

namespace {

/// A worker and its queue for each partition; what a worker does with an answer is the variant's.
class QueuePerPartition : public Baseline {
protected:
    struct Lane {
        std::deque<HandledRecord> queue;
        bool running = false;
    };

    /// A pool that is sized once; enough threads for every partition, which is kinder than the
    /// article's.
    static constexpr std::size_t threads = 64;

    explicit QueuePerPartition(const ApplicationContext& context) : Baseline(context, threads) {}

    [[nodiscard]] std::size_t poll_max() const override { return closing() ? 0 : 500; }

    void polled(const std::vector<HandledRecord>& records) override {
        for (const HandledRecord& record : records) {
            lanes_[record.partition].queue.push_back(record);
            queued(record.partition);
        }
    }

    virtual void queued(PartitionNumber partition) = 0;

    void run(Lane& lane, const HandledRecord& record) {
        lane.running = true;
        submit(record);
        start_threads();
    }

    std::map<PartitionNumber, Lane> lanes_;
};

class JavaQueues final : public QueuePerPartition {
public:
    explicit JavaQueues(const ApplicationContext& context) : QueuePerPartition(context) {}

protected:
    void queued(PartitionNumber partition) override {
        if (!lanes_[partition].running) start_batch(partition);
    }

    void handled(const HandledRecord& record, bool succeeded) override {
        Batch& batch = batches_[record.partition];
        Lane& lane = lanes_[record.partition];
        lane.running = false;
        if (batch.stopped) return;
        ++batch.next;
        if (succeeded && batch.next < batch.records.size()) {
            run(lane, batch.records[batch.next]);
            return;
        }
        // Either the record threw, or the commit does: the main thread is inside poll, and the
        // client lets only one thread in. Both ways the list is not cleared.
        if (!lane.queue.empty()) start_batch(record.partition);
    }

    void revoking(const std::vector<PartitionNumber>& partitions) override {
        for (const PartitionNumber partition : partitions) {
            batches_[partition] = {.records = {}, .next = 0, .stopped = true};
            lanes_[partition].queue.clear();
        }
        give_back();
    }

    void assigned(PartitionNumber partition) override { batches_[partition] = {}; }

private:
    struct Batch {
        std::vector<HandledRecord> records;
        std::size_t next = 0;
        bool stopped = false;
    };

    void start_batch(PartitionNumber partition) {
        constexpr std::size_t batch_max = 100;
        Batch& batch = batches_[partition];
        Lane& lane = lanes_[partition];
        for (std::size_t taken = 0; taken < batch_max && !lane.queue.empty(); ++taken) {
            batch.records.push_back(lane.queue.front());
            lane.queue.pop_front();
        }
        batch.next = 0;
        run(lane, batch.records.front());
    }

    std::map<PartitionNumber, Batch> batches_;
};

class PythonQueues final : public QueuePerPartition {
public:
    explicit PythonQueues(const ApplicationContext& context) : QueuePerPartition(context) {}

protected:
    void queued(PartitionNumber partition) override { run_next(partition); }

    void handled(const HandledRecord& record, bool succeeded) override {
        lanes_[record.partition].running = false;
        // The catch-all prints a failure; the next success commits past it.
        if (succeeded) commit({{record.partition, next(record.record->offset)}});
        run_next(record.partition);
    }

    // Joins each worker for at most five seconds; then it goes on as if nothing had happened.
    void revoking(const std::vector<PartitionNumber>& partitions) override {
        stopping_.insert(partitions.begin(), partitions.end());
        for (const PartitionNumber partition : partitions) {
            lanes_[partition].queue.clear();
        }
        const bool any_runs = std::ranges::any_of(partitions, [this](PartitionNumber partition) {
            return lanes_[partition].running;
        });
        if (!any_runs) return give_back();
        after(std::chrono::seconds{5}, [this] { give_back(); });
    }

    void assigned(PartitionNumber partition) override { stopping_.erase(partition); }

private:
    void run_next(PartitionNumber partition) {
        Lane& lane = lanes_[partition];
        if (lane.running || lane.queue.empty() || stopping_.contains(partition)) return;
        const HandledRecord record = lane.queue.front();
        lane.queue.pop_front();
        run(lane, record);
    }

    std::set<PartitionNumber> stopping_;
};

}  // namespace

ApplicationFactory make_queue_per_partition_java() {
    return [](const ApplicationContext& context) { return std::make_unique<JavaQueues>(context); };
}

ApplicationFactory make_queue_per_partition_python() {
    return
        [](const ApplicationContext& context) { return std::make_unique<PythonQueues>(context); };
}

}  // namespace odradek::sim
