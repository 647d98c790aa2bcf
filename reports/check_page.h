#pragma once

#include "reports/check.h"

#include <string>
#include <string_view>

namespace odradek::reports {

/// The result as one HTML page without anything from outside, and as JSON with stable keys.
[[nodiscard]] std::string check_html(const CheckResult& result);
[[nodiscard]] std::string check_json(const CheckResult& result);

/// The result in a few lines for a terminal.
[[nodiscard]] std::string check_text(const CheckResult& result);

/// The same as JUnit XML: a test case for each gate and each scenario.
[[nodiscard]] std::string check_junit(const CheckResult& result);

/// Words that all of these share: "passed", "failed" or "not measured"; how the keys spread; how
/// many times the load the members could take.
[[nodiscard]] std::string_view state_of(const GateResult& gate);
[[nodiscard]] std::string keys_text(const DistributionReport& report);
[[nodiscard]] double headroom(const CheckResult& result);
[[nodiscard]] double milliseconds(Duration span);

}  // namespace odradek::reports
