#pragma once

#include "engine/kafka/admin.h"
#include "engine/local_kafka/local_kafka.h"

#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::local_kafka {

/// The base of every GoogleTest that needs a real broker; without one it fails, it never skips.
///
/// All tests share one cluster of one node: under ctest the one that the fixture `kafka` starts
/// once for all programs (its name is in ODRADEK_TEST_KAFKA, see odradek_add_kafka_tests); by hand
/// one of the program's own, which ends with it. So topics and groups need names of their own:
/// `unique()`. A test that stops brokers starts its own: OwnedKafka with `unique()` as name.
class KafkaTest : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_FALSE(bootstrap().empty()) << "a local Kafka cannot be had"; }

    /// "127.0.0.1:PORT"
    [[nodiscard]] static const std::string& bootstrap() {
        static const std::string text = find_or_start();
        return text;
    }

    /// `prefix` and a part that no other call, program or run has.
    [[nodiscard]] static std::string unique(const std::string& prefix) {
        std::random_device chance;
        return fmt::format("{}-{:08x}{:08x}", prefix, chance(), chance());
    }

    /// Makes a topic of a unique name, with a leader for each partition.
    [[nodiscard]] static std::string make_topic(int partitions) {
        kafka::TopicSpec topic{.name = unique("t"), .partitions = partitions};
        auto admin = kafka::Admin::open(bootstrap());
        if (!admin || !admin->create_topic(topic)) ADD_FAILURE() << "no topic could be made";
        return topic.name;
    }

private:
    [[nodiscard]] static std::string find_or_start() {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody calls setenv
        if (const char* name = std::getenv("ODRADEK_TEST_KAFKA"); name != nullptr) {
            const auto cluster = LocalKafka::find(default_folder(), name);
            if (!cluster) ADD_FAILURE() << "ctest's Kafka '" << name << "' does not run";
            return cluster ? cluster->bootstrap() : "";
        }
        ClusterOptions options;
        options.name = fmt::format("test-{}", getpid());
        static auto owned = OwnedKafka::start(options);
        if (!owned) ADD_FAILURE() << owned.error().what << "\n" << owned.error().remedy;
        return owned ? (*owned)->bootstrap() : "";
    }
};

}  // namespace odradek::local_kafka
