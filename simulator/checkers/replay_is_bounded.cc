#include "simulator/checkers/replay_is_bounded.h"

namespace odradek::sim {

namespace {

class ReplayIsBounded final : public Checker {
public:
    void observe(const Observed& seen, const History& /*history*/, Violations& /*found*/) override {
        if (seen.event.kind == TraceEvent::Kind::produced) ++produced_;
    }

    void finish(const Ending& /*ending*/, const History& history, Violations& found) override {
        const Ratio& limit = history.settings().replayed_max;
        if (history.replayed() * limit.whole <= produced_ * limit.part) return;
        found.add(
            std::to_string(history.replayed()) + " of " + std::to_string(produced_) +
                " records started again after they had been finished",
            {}
        );
    }

private:
    std::uint64_t produced_ = 0;
};

}  // namespace

std::unique_ptr<Checker> make_replay_is_bounded() {
    return std::make_unique<ReplayIsBounded>();
}

}  // namespace odradek::sim
