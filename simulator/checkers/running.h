#pragma once

#include "simulator/checkers/history.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace odradek::sim {

/// What runs in each process, per lane: a dense table of member × lane. Records of one batch run
/// together as long as they start in offset order.
class Running {
public:
    struct Run {
        std::uint32_t record = nowhere;
        EventNumber number = 0;
        std::uint32_t batch = 0;
        std::uint32_t count = 0;  ///< records of the batch that run
    };

    /// Takes started, finished and member_down. Answers the run that the start overlaps.
    std::optional<Run> take(const Observed& seen, std::uint32_t lane);

private:
    Run& at(std::int32_t member, std::uint32_t lane);

    std::vector<std::vector<Run>> runs_;  ///< [member][lane]
};

}  // namespace odradek::sim
