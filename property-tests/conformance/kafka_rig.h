#pragma once

#include "property-tests/conformance/rig.h"

#include <memory>
#include <string>

namespace odradek::conformance {

/// A real cluster; every member is a process of the program at `member_program` (kafka_member.cc).
/// `prefix` makes the names of topics and groups the rig's own.
[[nodiscard]] std::unique_ptr<Rig> make_kafka_rig(
    const std::string& bootstrap, const std::string& member_program, const std::string& prefix
);

}  // namespace odradek::conformance
