#pragma once

#include "reports/compare/measure.h"

#include <string>

namespace odradek::reports {

/// The table for a person.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);

/// `{"machine":…,"runs":[…]}`, as spec of `odradek compare` in README.md has it: stable keys.
[[nodiscard]] std::string comparison_json(const Comparison& comparison);

/// One line a run: for spreadsheets and plots.
[[nodiscard]] std::string comparison_csv(const Comparison& comparison);

}  // namespace odradek::reports
