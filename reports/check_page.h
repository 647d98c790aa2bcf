#pragma once

#include "reports/check.h"

#include <string>

namespace odradek::reports {

/// The result as one HTML page without anything from outside, and as JSON with stable keys.
[[nodiscard]] std::string check_html(const CheckResult& result);
[[nodiscard]] std::string check_json(const CheckResult& result);

/// The result in a few lines for a terminal.
[[nodiscard]] std::string check_text(const CheckResult& result);

}  // namespace odradek::reports
