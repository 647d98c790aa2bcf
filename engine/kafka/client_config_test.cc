#include "engine/kafka/client_config.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace odradek::kafka {

namespace {

const ConsumerOptions plain{.brokers = "127.0.0.1:9092", .group = "g", .topics = {"t"}};

std::string value_of(const ConfHandle& conf, const char* name) {
    std::array<char, 128> text{};
    std::size_t size = text.size();
    rd_kafka_conf_get(conf.get(), name, text.data(), &size);
    return text.data();
}

}  // namespace

TEST(ConsumerConfig, keeps_auto_commit_off_and_passes_properties_through) {
    ConsumerOptions options = plain;
    options.properties["session.timeout.ms"] = "7000";
    const auto conf = consumer_config(options);
    ASSERT_TRUE(conf.has_value());
    EXPECT_EQ(value_of(*conf, "enable.auto.commit"), "false");
    EXPECT_EQ(value_of(*conf, "enable.auto.offset.store"), "false");
    EXPECT_EQ(value_of(*conf, "session.timeout.ms"), "7000");
    EXPECT_EQ(value_of(*conf, "group.id"), "g");
}

TEST(ConsumerConfig, names_every_mistake_at_once) {
    ConsumerOptions options;
    options.properties["enable.auto.commit"] = "true";
    options.properties["session.timeout.ms"] = "soon";
    options.properties["no.such.thing"] = "1";
    const auto conf = consumer_config(options);
    ASSERT_FALSE(conf.has_value());
    std::vector<std::string> fields;
    for (const Error& error : conf.error()) {
        EXPECT_EQ(error.code, Errc::invalid_options);
        fields.push_back(error.where);
    }
    for (const char* field :
         {"brokers",
          "group",
          "topics",
          "properties.enable.auto.commit",
          "properties.session.timeout.ms",
          "properties.no.such.thing"}) {
        EXPECT_TRUE(std::ranges::find(fields, field) != fields.end()) << field;
    }
}

TEST(ConsumerConfig, PC31_judges_topics_and_patterns_at_once) {
    ConsumerOptions options = plain;
    options.topics = {"orders", "^audit-(", "^mail.*", ""};
    options.dead_letter_topic = "mail-dead";
    std::vector<std::string> fields;
    for (const Error& error : check_client_options(options)) {
        fields.push_back(error.where);
    }
    EXPECT_EQ(fields, (std::vector<std::string>{"topics", "dead_letter_topic", "topics"}));
    options.topics = {"orders", "^audit-", "^mail-[a-c]+$"};
    EXPECT_TRUE(check_client_options(options).empty());
    options.topics = {"^.*"};
    options.dead_letter_topic.clear();
    EXPECT_TRUE(check_client_options(options).empty());
}

}  // namespace odradek::kafka
