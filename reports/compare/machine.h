#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace odradek::reports {

/// Where a measurement was made; stands beside every number.
struct Machine {
    std::string processor;
    unsigned cores = 0;
    double memory_gib = 0;
    std::string system;      ///< kernel
    std::string librdkafka;  ///< version in use
    std::string compiler;
    std::string commit;        ///< of the checkout, "unknown" outside one
    double load_at_start = 0;  ///< of the last minute: what else the machine did
};

[[nodiscard]] Machine this_machine();

/// CPU time of these processes so far, in seconds; one that has ended counts nothing.
[[nodiscard]] double cpu_s_of(const std::vector<pid_t>& processes);

}  // namespace odradek::reports
