#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// What a member's own meters say at its clean end equals what the trace says of that life of it:
/// records polled (where the trace knows), outcomes of each kind; and it believes no more commits
/// to be stored than are.
[[nodiscard]] std::unique_ptr<Checker> make_meters_agree_with_trace();

}  // namespace odradek::sim
