#include "simulator/baselines/pool_per_batch.h"

#include "simulator/baselines/baseline.h"

#include <algorithm>

namespace odradek::sim {

namespace {

class PoolPerBatch final : public Baseline {
public:
    explicit PoolPerBatch(const ApplicationContext& context)
        : Baseline(context, context.engine.concurrency_max) {}

protected:
    [[nodiscard]] std::size_t poll_max() const override {
        return pending_ == 0 && !closing() ? context().engine.concurrency_max * 2U : 0;
    }

    void polled(const std::vector<HandledRecord>& records) override {
        pending_ = records.size();
        for (const HandledRecord& record : records) {
            submit(record);
        }
        start_threads();
    }

    void handled(const HandledRecord& record, bool succeeded) override {
        if (succeeded) {
            // The highest success of the batch, whatever failed below it.
            Offset& highest = to_commit_[record.partition];
            highest = std::max(highest, next(record.record->offset));
        }
        if (--pending_ > 0) return;
        std::erase_if(to_commit_, [this](const auto& entry) {
            const auto before = committed_.find(entry.first);
            return before != committed_.end() && before->second >= entry.second;
        });
        for (const auto& [partition, offset] : to_commit_) {
            committed_[partition] = offset;
        }
        commit_and_wait(to_commit_);
        to_commit_.clear();
        wake();
    }

    void committed(bool succeeded) override {
        if (!succeeded) die("the commit threw");
    }

private:
    std::size_t pending_ = 0;
    std::map<PartitionNumber, Offset> to_commit_;
    std::map<PartitionNumber, Offset> committed_;
};

}  // namespace

ApplicationFactory make_pool_per_batch() {
    return
        [](const ApplicationContext& context) { return std::make_unique<PoolPerBatch>(context); };
}

}  // namespace odradek::sim
