// The simulator against a real Kafka with the system's librdkafka: the same case in both worlds,
// and what the members saw must be equal line by line.

#include "engine/local_kafka/kafka_fixture.h"
#include "property-tests/conformance/kafka_rig.h"
#include "property-tests/conformance/simulated_rig.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace odradek::conformance {
namespace {

std::string trace_of(Rig& rig, const Case& tried) {
    tried.steps(rig);
    return rig.trace();
}

class ConformanceKafkaTest : public local_kafka::KafkaTest,
                             public testing::WithParamInterface<Case> {
protected:
    /// A cluster of the case's own; null when it cannot be had.
    static std::unique_ptr<local_kafka::OwnedKafka> own_cluster(int nodes) {
        local_kafka::ClusterOptions options;
        options.name = unique("conformance");
        options.nodes = nodes;
        options.settings = {{"log.cleaner.backoff.ms", "100"}};
        auto started = local_kafka::OwnedKafka::start(options);
        if (!started) return nullptr;
        return std::make_unique<local_kafka::OwnedKafka>(std::move(*started));
    }
};

/// Some steps race in the real world (a thawed member commits before or after it learns that it is
/// out), so one case can have several true traces. The simulator, which is one of them each time,
/// must show one that Kafka shows within so many tries; a wrong one is shown in none.
constexpr int tries = 5;

TEST_P(ConformanceKafkaTest, TK7_both_worlds_show_the_same) {
    const int own = GetParam().own_brokers;
    const auto simulated = make_simulated_rig(std::max(own, 1));
    const std::string in_simulator = trace_of(*simulated, GetParam());
    ASSERT_EQ(in_simulator.find("MISSED"), std::string::npos) << in_simulator;
    std::string on_kafka;
    for (int tried = 1; tried <= tries && on_kafka != in_simulator; ++tried) {
        if (tried > 1) std::cout << "try " << tried << ", after this on Kafka:\n" << on_kafka;
        const auto brokers = own > 0 ? own_cluster(own) : nullptr;
        ASSERT_TRUE(own == 0 || brokers != nullptr) << "no cluster of its own can be had";
        const auto real = make_kafka_rig(
            {.bootstrap = brokers ? (*brokers)->bootstrap() : bootstrap(),
             .member_program = ODRADEK_CONFORMANCE_MEMBER,
             .prefix = unique("c") + ".",
             .brokers = brokers ? brokers->operator->() : nullptr}
        );
        on_kafka = trace_of(*real, GetParam());
    }
    EXPECT_EQ(in_simulator, on_kafka);
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
