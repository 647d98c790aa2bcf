#include "simulator/baselines/future_per_record.h"

#include "simulator/baselines/baseline.h"

namespace odradek::sim {

namespace {

class FuturePerRecord final : public Baseline {
public:
    explicit FuturePerRecord(const ApplicationContext& context)
        : Baseline(context, context.engine.concurrency_max) {}

protected:
    [[nodiscard]] std::size_t poll_max() const override { return closing() ? 0 : 1; }

    void polled(const std::vector<HandledRecord>& records) override {
        loop_variable_.reset();  // poll() returned None
        for (const HandledRecord& record : records) {
            loop_variable_ = record;
            submit(record);
        }
        start_threads();
    }

    // The callback closes over the loop variable: it commits whatever was polled last. After an
    // empty poll that is nothing, and the binding's error is printed as a failed record.
    void handled(const HandledRecord& /*record*/, bool succeeded) override {
        if (!succeeded || !loop_variable_) return;
        commit({{loop_variable_->partition, next(loop_variable_->record->offset)}});
    }

private:
    std::optional<HandledRecord> loop_variable_;
};

}  // namespace

ApplicationFactory make_future_per_record() {
    return [](const ApplicationContext& context) {
        return std::make_unique<FuturePerRecord>(context);
    };
}

}  // namespace odradek::sim
