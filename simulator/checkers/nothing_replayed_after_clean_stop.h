#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// Replay is legal only for what no stored commit covers: a member never starts a record that was
/// covered, by offset or map, before the partition became its own. And once a member has stopped
/// cleanly, with its last commit stored, nothing that it settled starts again; nor does anything in
/// the assignment in which it was settled. A run of JudgedSettings::abandoned_after or longer may
/// have been given up on before it ended: it counts as open.
[[nodiscard]] std::unique_ptr<Checker> make_nothing_replayed_after_clean_stop();

}  // namespace odradek::sim
