#pragma once

#include "engine/config/config_error.h"
#include "reports/compare/workload.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::reports {

/// One workload and the arms that do it.
struct PlanCell {
    Workload workload;
    std::vector<std::string> arms;  ///< names of arm_rows(), in the order of the rows on a page
};

/// What a comparison measures; README.md of reports is the reference of the file.
struct Plan {
    std::string name = "plan";
    std::uint32_t repeat = 3;  ///< runs of each arm of each cell, alternating
    std::vector<PlanCell> cells;
};

/// What a command line changes of every cell.
struct PlanChanges {
    std::optional<std::vector<std::string>> arms;
    std::optional<std::uint64_t> records;
    std::optional<std::int32_t> partitions;
    std::optional<KeySpread> keys;
    std::optional<std::uint32_t> value_bytes;
    std::optional<HandlerWork> handler;
    std::optional<std::uint32_t> concurrency;
    std::optional<std::uint32_t> members;
    std::optional<std::uint32_t> repeat;
};

/// A plan as YAML. Each field that may be a list is an axis: the cells are all combinations. Error:
/// every mistake of the text with its place.
[[nodiscard]] std::expected<Plan, std::vector<ConfigError>> parse_plan(
    const std::string& yaml, const std::string& file
);

/// Names of the plans that come with the program, as they are written in YAML.
struct Preset {
    std::string_view name;
    std::string_view yaml;
};
[[nodiscard]] std::span<const Preset> presets();

/// A preset by its name, or a file. Error: neither, with the nearest preset; or its mistakes.
[[nodiscard]] std::expected<Plan, std::vector<ConfigError>> load_plan(const std::string& word);

/// Changes every cell; cells that became equal are measured once.
void change(Plan& plan, const PlanChanges& changes);

}  // namespace odradek::reports
