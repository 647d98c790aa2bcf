#pragma once

#include "simulator/checkers/history.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// A guarantee that does not hold, and the events that prove it.
struct Violation {
    std::string guarantee;
    std::string what;                ///< one sentence for a person
    std::vector<EventNumber> proof;  ///< lines of the trace, 1 = first

    friend bool operator==(const Violation&, const Violation&) = default;
};

/// Collects the violations of one guarantee: the first few in full, the rest as a count.
class Violations {
public:
    static constexpr std::size_t kept_max = 8;

    explicit Violations(std::string_view guarantee) : guarantee_(guarantee) {}

    /// Whether add() will keep the next one; spares the making of texts nobody reads.
    [[nodiscard]] bool wants_text() const { return kept_.size() < kept_max; }

    void add(std::string what, std::initializer_list<EventNumber> proof) {
        ++count_;
        if (!wants_text()) return;
        kept_.push_back({std::string(guarantee_), std::move(what), proof});
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] const std::vector<Violation>& kept() const { return kept_; }

private:
    std::string_view guarantee_;
    std::uint64_t count_ = 0;
    std::vector<Violation> kept_;
};

/// How the run ended.
struct Ending {
    /// Load ended, everything healed, and nothing was left to do: what is open now stays open.
    bool reached_end = false;
    Instant at{};
};

/// Judges one guarantee from the trace alone, so that the simulator and real Kafka are judged
/// alike. One file each; every one is proven red by its test and by a baseline of the catalogue.
class Checker {
public:
    Checker() = default;
    Checker(const Checker&) = delete;
    Checker& operator=(const Checker&) = delete;
    virtual ~Checker() = default;

    /// `history` has taken the event already.
    virtual void observe(const Observed& seen, const History& history, Violations& found) = 0;

    /// The trace has ended.
    virtual void finish(
        const Ending& /*ending*/, const History& /*history*/, Violations& /*found*/
    ) {}
};

/// "orders record 3:41" for messages: topic number, partition and offset.
[[nodiscard]] std::string place_of(const PartitionFacts& partition, std::uint32_t record);

}  // namespace odradek::sim
