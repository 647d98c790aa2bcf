#include "simulator/baselines/semaphore_async.h"

#include "simulator/baselines/baseline.h"

#include <deque>

namespace odradek::sim {

namespace {

class SemaphoreAsync final : public Baseline {
public:
    explicit SemaphoreAsync(const ApplicationContext& context)
        : Baseline(context, context.engine.concurrency_max) {}

protected:
    // While records wait for a permit the loop does not poll.
    [[nodiscard]] std::size_t poll_max() const override {
        return waiting_.empty() && !closing() ? 500 : 0;
    }

    void polled(const std::vector<HandledRecord>& records) override {
        for (const HandledRecord& record : records) {
            position_[record.partition] = next(record.record->offset);
            waiting_.push_back(record);
        }
        acquire();
        if (!records.empty()) end_of_iteration();
    }

    void handled(const HandledRecord& /*record*/, bool /*succeeded*/) override {
        --pending_;  // a failure is printed
        const bool was_waiting = !waiting_.empty();
        acquire();
        if (was_waiting && waiting_.empty()) end_of_iteration();
        wake();
    }

    void committed(bool succeeded) override {
        if (!succeeded) die("the commit threw");
    }

    [[nodiscard]] bool may_close() const override { return running() == 0 && waiting_.empty(); }

private:
    void acquire() {
        while (!waiting_.empty() && pending_ < context().engine.concurrency_max) {
            submit(waiting_.front());
            waiting_.pop_front();
            ++pending_;
        }
        start_threads();
    }

    /// Only here, so only after records came; and what is committed is the polled position.
    void end_of_iteration() {
        if (pending_ == 0) commit_and_wait(position_);
    }

    std::deque<HandledRecord> waiting_;
    std::map<PartitionNumber, Offset> position_;
    std::size_t pending_ = 0;
};

}  // namespace

ApplicationFactory make_semaphore_async() {
    return
        [](const ApplicationContext& context) { return std::make_unique<SemaphoreAsync>(context); };
}

}  // namespace odradek::sim
