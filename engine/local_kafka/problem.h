#pragma once

#include <expected>
#include <string>

namespace odradek::local_kafka {

/// Why a local Kafka cannot be had: a matter of the machine, never of the caller's data.
struct Problem {
    std::string what;    ///< one sentence
    std::string remedy;  ///< what the person can do about it; may have several lines
};

template <class T>
using Result = std::expected<T, Problem>;

}  // namespace odradek::local_kafka
