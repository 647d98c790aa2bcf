#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// Every record that was produced is settled by somebody (done, skipped, or its dead letter
/// acknowledged) before a run ends that reached its end. A record that a stored commit covers and
/// that nobody settled is lost whether or not the end was reached.
///
/// Left alone: records that retention, truncation or compaction took.
[[nodiscard]] std::unique_ptr<Checker> make_at_least_once();

}  // namespace odradek::sim
