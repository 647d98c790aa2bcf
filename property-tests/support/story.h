#pragma once

#include "engine/core/effect.h"
#include "engine/core/event.h"

#include <string>

namespace odradek {

/// "  1.700 s  partition 1 delivers 3, 4, 6", with its end of line.
[[nodiscard]] std::string to_line(Instant now, const Event& event);

/// What the engine answers, a line each; notices are left out.
[[nodiscard]] std::string to_lines(const Effects& effects);

}  // namespace odradek
