#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// While nothing is broken, a record at the head of its lane, delivered and not held for a retry,
/// starts within JudgedSettings::progress_within.
[[nodiscard]] std::unique_ptr<Checker> make_every_key_progresses();

}  // namespace odradek::sim
