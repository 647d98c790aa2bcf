// The simulator against a real Kafka with the system's librdkafka: the same case in both worlds,
// and what the members saw must be equal line by line.

#include "engine/local_kafka/kafka_fixture.h"
#include "property-tests/conformance/kafka_rig.h"
#include "property-tests/conformance/simulated_rig.h"

#include <string>

#include <gtest/gtest.h>

namespace odradek::conformance {
namespace {

std::string trace_of(Rig& rig, const Case& tried) {
    tried.steps(rig);
    return rig.trace();
}

class ConformanceKafkaTest : public local_kafka::KafkaTest,
                             public testing::WithParamInterface<Case> {};

TEST_P(ConformanceKafkaTest, both_worlds_show_the_same) {
    const auto simulated = make_simulated_rig();
    const std::string in_simulator = trace_of(*simulated, GetParam());
    const auto real = make_kafka_rig(bootstrap(), ODRADEK_CONFORMANCE_MEMBER, unique("c") + ".");
    const std::string on_kafka = trace_of(*real, GetParam());
    EXPECT_EQ(in_simulator, on_kafka);
    EXPECT_EQ(on_kafka.find("MISSED"), std::string::npos) << on_kafka;
}

INSTANTIATE_TEST_SUITE_P(
    Cases,
    ConformanceKafkaTest,
    testing::ValuesIn(all_cases()),
    [](const auto& tried) {
        return std::string(tried.param.id) + "_" + std::string(tried.param.rule);
    }
);

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest calls it so
void PrintTo(const Case& tried, std::ostream* out) {
    *out << tried.id;
}

}  // namespace odradek::conformance
