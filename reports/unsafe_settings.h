#pragma once

#include "engine/tools/distribution.h"
#include "reports/deployment.h"

#include <string>
#include <vector>

namespace odradek::reports {

/// A setting of a deployment that will hurt on a bad day.
struct UnsafeSetting {
    enum class Kind : unsigned char {
        danger,  ///< records are lost, stuck, or run for ever
        notice,  ///< slower or more replay than need be
    };

    Kind kind = Kind::notice;
    std::string setting;  ///< field of the deployment file: "engine.retry.attempts_max"
    std::string what;     ///< what happens, with the numbers of this deployment
    std::string remedy;
};

/// All that is unsafe, dangers first. `keys`: how the sample spreads, nullptr without one.
[[nodiscard]] std::vector<UnsafeSetting> find_unsafe_settings(
    const Deployment& deployment, const Distribution* keys
);

}  // namespace odradek::reports
