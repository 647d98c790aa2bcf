#include "simulator/baselines/vanilla.h"

#include "simulator/baselines/baseline.h"

#include <deque>

namespace odradek::sim {

namespace {

class Vanilla final : public Baseline {
public:
    explicit Vanilla(const ApplicationContext& context) : Baseline(context, 1) {}

protected:
    [[nodiscard]] std::size_t poll_max() const override {
        return batch_.empty() && !closing() ? 500 : 0;
    }

    void polled(const std::vector<HandledRecord>& records) override {
        batch_.assign(records.begin(), records.end());
        run_next();
    }

    void handled(const HandledRecord& record, bool succeeded) override {
        if (!succeeded) {
            after(context().engine.retry.delay, [this] {
                ++batch_.front().attempt;
                run_next();
            });
            return;
        }
        done_[record.partition] = next(record.record->offset);
        batch_.pop_front();
        if (!batch_.empty()) return run_next();
        commit_and_wait(done_);
        done_.clear();
        wake();
    }

    [[nodiscard]] bool may_close() const override { return batch_.empty(); }

private:
    void run_next() {
        if (batch_.empty()) return;
        submit(batch_.front());
        start_threads();
    }

    std::deque<HandledRecord> batch_;
    std::map<PartitionNumber, Offset> done_;
};

}  // namespace

ApplicationFactory make_vanilla() {
    return [](const ApplicationContext& context) { return std::make_unique<Vanilla>(context); };
}

}  // namespace odradek::sim
