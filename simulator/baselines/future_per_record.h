#pragma once

#include "simulator/world_options.h"

namespace odradek::sim {

/// TP-4: a future for each record, commit on completion: in the order of completion, and of the
/// record that the loop variable holds by then.
[[nodiscard]] ApplicationFactory make_future_per_record();

}  // namespace odradek::sim
