#pragma once

#include "odradek/error.h"

#include "reports/compare/machine.h"
#include "reports/compare/plan.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace odradek::reports {

/// One run of one arm.
struct ArmRun {
    std::string failure;  ///< empty: every record was handled
    double elapsed_s = 0;
    std::uint64_t handled = 0;
    std::uint64_t replayed = 0;
    std::uint64_t missing = 0;
    bool is_sum_right =
        true;  ///< the numbers in the payloads add up; true where nothing reads them
    std::uint64_t peak_in_flight = 0;
    std::uint64_t key_order_broken = 0;
    std::uint64_t key_overlapped = 0;
    double cpu_s = 0;         ///< of the consumer, while it handled
    double broker_cpu_s = 0;  ///< from its start to its end
    double wait_p50_us = 0;   ///< delivery to handler start
    double wait_p99_us = 0;
};

/// All runs of one arm in one cell.
struct ArmResult {
    std::string arm;
    std::string world = "kafka";
    std::size_t cell = 0;  ///< of the plan; its first arm is what the others are held against
    Workload workload;
    double ideal_s = 0;  ///< 0: nothing to wait for
    std::vector<ArmRun> runs;
    std::vector<std::string> invariants_broken;

    [[nodiscard]] bool has_failed() const;
};

struct Comparison {
    std::string plan;
    std::string command;
    Machine machine;
    std::vector<ArmResult> results;  ///< cell by cell, arms in the plan's order
};

struct Spread {
    double min = 0;
    double median = 0;
    double max = 0;
};

/// Of at least one number.
[[nodiscard]] Spread spread_of(std::vector<double> values);

[[nodiscard]] Spread records_per_s(const ArmResult& result);
[[nodiscard]] Spread elapsed_s(const ArmResult& result);

/// The first arm of the cell that `result` belongs to.
[[nodiscard]] const ArmResult& first_of_cell(
    const std::vector<ArmResult>& results, const ArmResult& result
);

/// The highest of all runs.
[[nodiscard]] std::uint64_t highest(const ArmResult& result, std::uint64_t ArmRun::*field);

/// The middle of all runs.
[[nodiscard]] double median_of(const ArmResult& result, double ArmRun::*field);

/// Speed of `one` over `other`, run by run: both were measured side by side.
[[nodiscard]] Spread speed_ratio(const ArmResult& one, const ArmResult& other);

struct MeasureOptions {
    std::string brokers;
    std::vector<pid_t> broker_processes;  ///< on this machine; empty: not known
    Duration run_limit = std::chrono::minutes{5};
    std::function<void(const std::string& what)> progress;
};

/// Runs every cell: data produced once, then each arm in turn, as often as the plan says, each run
/// in a process and a group of its own. Error: the cluster does not take the data.
[[nodiscard]] std::expected<std::vector<ArmResult>, Error> measure(
    const Plan& plan, const MeasureOptions& options
);

/// Guarantees that the arm breaks when its twin in the simulator meets failing handlers and a crash
/// (20 seeds, judged by the checkers), in alphabetical order.
[[nodiscard]] std::vector<std::string> judged_broken(std::string_view arm);

}  // namespace odradek::reports
