#pragma once

#include "engine/local_kafka/local_kafka.h"
#include "property-tests/conformance/rig.h"

#include <memory>
#include <string>

namespace odradek::conformance {

/// A real cluster; every member is a process of the program at `member_program` (kafka_member.cc).
/// `prefix` makes the names of topics and groups the rig's own. `brokers` is there when the cluster
/// is the case's own, and outlives the rig.
struct KafkaPlace {
    std::string bootstrap;
    std::string member_program;
    std::string prefix;
    local_kafka::LocalKafka* brokers = nullptr;
};
[[nodiscard]] std::unique_ptr<Rig> make_kafka_rig(KafkaPlace place);

}  // namespace odradek::conformance
