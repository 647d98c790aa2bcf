#include "engine/kafka/client_config.h"

#include "engine/kafka/error_map.h"
#include "engine/kafka/topic_pattern.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace odradek::kafka {

namespace {

struct Reserved {
    std::string_view name;
    std::string_view remedy;
};

constexpr std::array reserved{
    Reserved{"bootstrap.servers", "set ConsumerOptions::brokers"},
    Reserved{"metadata.broker.list", "set ConsumerOptions::brokers"},
    Reserved{"group.id", "set ConsumerOptions::group"},
    Reserved{"auto.offset.reset", "set ConsumerOptions::start_from"},
    Reserved{"enable.auto.commit", "the engine commits what is finished, never what was only read"},
    Reserved{"enable.auto.offset.store", "the engine keeps the offsets itself"},
    Reserved{"enable.partition.eof", "the engine needs it to know that it has caught up"},
};

constexpr std::array connection_prefixes{
    std::string_view{"security."},
    std::string_view{"sasl."},
    std::string_view{"ssl."},
    std::string_view{"broker."},
    std::string_view{"client."},
    std::string_view{"socket."},
    std::string_view{"enable.ssl"},
    std::string_view{"enable.sasl"}};

Error invalid(std::string field, std::string what) {
    return {.code = Errc::invalid_options, .what = std::move(what), .where = std::move(field)};
}

void check_topics(const ConsumerOptions& options, std::vector<Error>& mistakes) {
    const std::string& dead_letters = options.dead_letter_topic;
    for (const std::string& topic : options.topics) {
        if (topic.empty()) {
            mistakes.push_back(invalid("topics", "has an empty name"));
            continue;
        }
        const auto pattern = TopicPattern::parse(topic);
        if (!pattern) {
            mistakes.push_back(
                invalid("topics", "has a pattern that is none, '" + topic + "': " + pattern.error())
            );
        } else if (!dead_letters.empty() && pattern->matches(dead_letters)) {
            mistakes.push_back(invalid(
                "dead_letter_topic",
                "is a topic that is consumed as '" + topic + "': a record would come back for ever"
            ));
        }
    }
}

}  // namespace

std::map<std::string, std::string> connection_properties(
    const std::map<std::string, std::string>& properties
) {
    std::map<std::string, std::string> chosen;
    for (const auto& [name, value] : properties) {
        const bool is_of_connection = std::ranges::any_of(
            connection_prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); }
        );
        if (is_of_connection) chosen[name] = value;
    }
    return chosen;
}

std::vector<Error> check_client_options(const ConsumerOptions& options) {
    std::vector<Error> mistakes;
    if (options.brokers.empty()) {
        mistakes.push_back(invalid("brokers", "is empty; give host:port of at least one broker"));
    }
    if (options.group.empty()) {
        mistakes.push_back(invalid("group", "is empty; offsets are stored under the group's name"));
    }
    if (options.topics.empty()) mistakes.push_back(invalid("topics", "names no topic"));
    check_topics(options, mistakes);
    const bool sends_letters = options.engine.retry.then == AfterLastAttempt::dead_letter;
    if (sends_letters && options.dead_letter_topic.empty()) {
        mistakes.push_back(
            invalid("dead_letter_topic", "is empty, but retry.then is dead_letter; name a topic")
        );
    }
    if (options.connect_timeout <= Duration{0}) {
        mistakes.push_back(invalid("connect_timeout", "must be above zero"));
    }
    for (const auto& [name, value] : options.properties) {
        const auto found = std::ranges::find(reserved, std::string_view{name}, &Reserved::name);
        if (found != reserved.end()) {
            mistakes.push_back(
                invalid("properties." + name, "is the engine's own: " + std::string(found->remedy))
            );
        }
    }
    return mistakes;
}

std::expected<ConfHandle, std::vector<Error>> consumer_config(const ConsumerOptions& options) {
    std::vector<Error> mistakes = check_client_options(options);
    ConfHandle conf{rd_kafka_conf_new()};
    const auto set = [&](const std::string& field, const std::string& name, const std::string& value
                     ) {
        std::array<char, 512> text{};
        const rd_kafka_conf_res_t result =
            rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size());
        if (result != RD_KAFKA_CONF_OK) mistakes.push_back(invalid(field, text.data()));
    };
    // Prefetch enough that the engine never waits for the network; users may lower both.
    set("", "queued.min.messages", "200000");
    set("", "queued.max.messages.kbytes", "131072");
    set("", "fetch.message.max.bytes", "4194304");
    set("", "client.id", "odradek");
    for (const auto& [name, value] : options.properties) {
        set("properties." + name, name, value);
    }
    set("brokers", "bootstrap.servers", options.brokers);
    set("group", "group.id", options.group);
    set("", "enable.auto.commit", "false");
    set("", "enable.auto.offset.store", "false");
    set("", "enable.partition.eof", "true");
    set("", "auto.offset.reset", options.start_from == StartFrom::earliest ? "earliest" : "latest");
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    rd_kafka_conf_set_events(
        conf.get(),
        RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR |
            RD_KAFKA_EVENT_FETCH
    );
    return conf;
}

}  // namespace odradek::kafka
