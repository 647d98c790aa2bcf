#pragma once

#include "property-tests/conformance/rig.h"

#include <memory>

namespace odradek::conformance {

/// The simulated broker and client of librdkafka 2.0.2, in virtual time.
[[nodiscard]] std::unique_ptr<Rig> make_simulated_rig(int brokers);

}  // namespace odradek::conformance
