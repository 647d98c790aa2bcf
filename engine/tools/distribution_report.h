#pragma once

#include "engine/tools/advice.h"
#include "engine/tools/distribution.h"
#include "engine/tools/drift.h"
#include "engine/tools/gates.h"
#include "engine/tools/what_if.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace odradek {

/// Everything that one run of `odradek distribution` found: what all its outputs are made of.
struct DistributionReport {
    std::string input;   ///< where the keys came from, and how they were read
    std::string weight;  ///< what is weighed: "records", or the weight column
    Layout layout;
    Distribution distribution;
    std::vector<Gate> gates;
    std::vector<Advice> advice;
    std::vector<WhatIf> tried;  ///< best first
    std::optional<Drift> drift;
    std::uint64_t seed = 0;  ///< of the trials behind Monte Carlo chances

    [[nodiscard]] bool has_passed() const;

    /// Advice that names a problem: such a report may pass and still be worth a second look.
    [[nodiscard]] std::size_t problem_count() const;

    /// One sentence: "all gates hold, but 1 problem below is no gate's: …".
    [[nodiscard]] std::string verdict() const;
};

/// The JSON object of spec "odradek distribution": stable keys, two-space indent, a final newline.
[[nodiscard]] std::string to_json(const DistributionReport& report);

/// One test case a gate, as CI systems read them.
[[nodiscard]] std::string to_junit(const DistributionReport& report);

enum class Colours : unsigned char { off, on };

/// For a terminal of 100 columns, UTF-8.
[[nodiscard]] std::string to_text(const DistributionReport& report, Colours colours);

}  // namespace odradek
