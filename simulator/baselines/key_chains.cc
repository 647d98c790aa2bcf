#include "simulator/baselines/key_chains.h"

#include "simulator/baselines/baseline.h"

namespace odradek::sim {

namespace {

class KeyChains final : public Baseline {
public:
    explicit KeyChains(const ApplicationContext& context)
        : Baseline(context, context.engine.concurrency_max) {}

protected:
    [[nodiscard]] std::size_t poll_max() const override { return closing() ? 0 : 500; }

    // supplyAsync starts the task; thenCombine joins only the completions of a key's chain.
    void polled(const std::vector<HandledRecord>& records) override {
        for (const HandledRecord& record : records) {
            submit(record);
        }
        start_threads();
    }

    void handled(const HandledRecord& /*record*/, bool /*succeeded*/) override {}
};

}  // namespace

ApplicationFactory make_key_chains() {
    return [](const ApplicationContext& context) { return std::make_unique<KeyChains>(context); };
}

}  // namespace odradek::sim
