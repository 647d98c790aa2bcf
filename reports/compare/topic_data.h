#pragma once

#include "odradek/error.h"

#include "reports/compare/workload.h"

#include <expected>
#include <string>

namespace odradek::reports {

/// Makes a topic and fills it with the records of a workload, in their order, keys spread as the
/// Java client does (murmur2). Error: the cluster refuses, or a record was not stored.
[[nodiscard]] std::expected<void, Error> produce_topic(
    const std::string& brokers, const std::string& topic, const Workload& workload
);

/// Removes it; whoever cannot is not told.
void remove_topic(const std::string& brokers, const std::string& topic);

}  // namespace odradek::reports
