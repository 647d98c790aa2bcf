#pragma once

#include "property-tests/conformance/rig.h"

#include <vector>

namespace odradek::conformance {

// One list a file; all_cases() joins them.
[[nodiscard]] std::vector<Case> broker_cases();
[[nodiscard]] std::vector<Case> commit_cases();
[[nodiscard]] std::vector<Case> group_cases();
[[nodiscard]] std::vector<Case> log_cases();
[[nodiscard]] std::vector<Case> transaction_cases();

}  // namespace odradek::conformance
