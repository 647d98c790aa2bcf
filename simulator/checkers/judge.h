#pragma once

#include "simulator/checkers/checker.h"
#include "simulator/kernel/trace_sink.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// A guarantee that can be asked for by name.
struct GuaranteeRow {
    std::string_view name;
    std::string_view summary;  ///< one line
    std::unique_ptr<Checker> (*make)();
};

/// All of them, in alphabetical order.
[[nodiscard]] std::span<const GuaranteeRow> guarantee_rows();

/// The names that make sense for an ordering mode and hold for the engine in every scenario.
[[nodiscard]] std::vector<std::string> usual_guarantees(Ordering ordering);

/// Judges a trace by several guarantees while it happens.
class Judge final : public TraceSink {
public:
    /// Each of `guarantees` is a name of guarantee_rows(); another one is a broken contract.
    Judge(const JudgedSettings& settings, std::span<const std::string> guarantees);

    void observe(const TraceEvent& event) override;

    /// Call once. The violations of all guarantees, in the order in which they were asked for.
    [[nodiscard]] std::vector<Violation> finish(const Ending& ending);

    [[nodiscard]] const History& history() const { return history_; }

private:
    struct Seat {
        std::unique_ptr<Checker> checker;
        Violations found;
    };

    History history_;
    std::vector<Seat> seats_;
};

}  // namespace odradek::sim
