#pragma once

#include "odradek/error.h"
#include "odradek/options.h"

#include "reports/compare/handled.h"

#include <expected>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::reports {

/// Where an arm finds its records; each run has a group of its own.
struct ArmJob {
    std::string brokers;
    std::string topic;
    std::string group;
};

/// One way to consume a topic. Adding one is a function and a row in arms.cc.
struct ArmRow {
    std::string_view name;
    std::string_view summary;

    /// The same program in the simulator, by its name in scenario files, and the ordering it runs
    /// with there: where its guarantees are judged. Empty: it has no handler that could break one.
    std::string_view twin;
    std::optional<Ordering> ordering;
    Lanes lanes = Lanes::none;
    bool reads_kafka = true;

    /// One member: consumes until `stop`, giving every record to `handled`. Error: it could not
    /// start, or ended by itself.
    std::expected<void, Error> (*run)(const ArmJob&, Handled&, const std::stop_token& stop);
};

[[nodiscard]] std::span<const ArmRow> arm_rows();

/// Null when nothing is called so.
[[nodiscard]] const ArmRow* find_arm(std::string_view name);

// One file each.
std::expected<void, Error> run_raw(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_engine_key(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_engine_unordered(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_engine_partition(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_vanilla(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_pool_per_batch(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_bare_key(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_bare_unordered(const ArmJob&, Handled&, const std::stop_token&);
std::expected<void, Error> run_bare_partition(const ArmJob&, Handled&, const std::stop_token&);

/// Sleeps until `stop`.
void wait_for(const std::stop_token& stop);

}  // namespace odradek::reports
