#include "engine/consume/consume_file.h"

#include "engine/config/engine_options.h"
#include "engine/config/yaml_reader.h"

#include <algorithm>
#include <limits>

namespace odradek::consume {

namespace {

void read_texts(ConfigReader& reader, const ConfigNode& node, std::vector<std::string>& into) {
    std::vector<std::string> texts;
    if (node.kind != ConfigNode::Kind::sequence) {
        reader.report(node, "expected a list, such as [a, b]");
        return;
    }
    for (const ConfigNode& item : node.items) {
        if (reader.read(item, texts.emplace_back())) continue;
        texts.pop_back();
    }
    into = std::move(texts);
}

void read_topics(ConfigMap& map, ConfigReader& reader, ConsumeOptions& options) {
    std::string topic;
    const bool has_topic = map.read("topic", topic);
    if (has_topic) options.consumer.topics = {topic};
    const ConfigNode* topics = map.find("topics");
    if (topics == nullptr) return;
    if (has_topic) reader.report(*topics, "'topic' and 'topics' are both there; give one of them");
    read_texts(reader, *topics, options.consumer.topics);
}

void read_properties(ConfigMap& map, ConfigReader& reader, ConsumeOptions& options) {
    const ConfigNode* properties = map.find("properties");
    if (properties == nullptr) return;
    if (properties->kind != ConfigNode::Kind::mapping) {
        reader.report(*properties, "expected a mapping of librdkafka's properties");
        return;
    }
    for (const ConfigNode::Field& field : properties->fields) {
        reader.read(field.value, options.consumer.properties[field.name.text]);
    }
}

void read_target(ConfigMap& map, ConfigReader& reader, ConsumeOptions& options) {
    int count = 0;
    const auto is_given = [&](std::string_view name, std::string& into, Target target) {
        const ConfigNode* node = map.find(name);
        if (node == nullptr || !reader.read(*node, into)) return;
        if (++count > 1) reader.report(*node, "give one of exec, http and print");
        options.target = target;
    };
    is_given("exec", options.command, Target::exec);
    is_given("http", options.url, Target::http);
    if (const ConfigNode* headers = map.find("http_headers"); headers != nullptr) {
        read_texts(reader, *headers, options.http_headers);
    }
    bool prints = false;
    if (map.read("print", prints) && prints) {
        if (++count > 1) reader.report(*map.find("print"), "give one of exec, http and print");
        options.target = Target::print;
    }
}

void read_limits(ConfigMap& map, ConfigReader& reader, ConsumeOptions& options) {
    map.read("connect_timeout", options.consumer.connect_timeout);
    map.read("timeout", options.answer_within);
    map.read("stop_within", options.stop_within);
    Duration idle{};
    if (map.read("until_idle", idle)) {
        options.until_idle = idle;
        if (idle <= Duration{0}) {
            reader.report(*map.find("until_idle"), "expected a duration above zero");
        }
    }
    std::uint16_t port = 0;
    if (map.read_count("metrics_port", port, {.max = std::numeric_limits<std::uint16_t>::max()})) {
        options.metrics_port = port;
    }
    map.read("metrics_host", options.metrics_host);
}

/// Whoever names a topic for dead letters wants them sent there.
bool says_what_then(const ConfigNode* engine) {
    const auto has = [](const ConfigNode& node, std::string_view name) {
        const auto found = std::ranges::find_if(node.fields, [&](const ConfigNode::Field& field) {
            return field.name.text == name;
        });
        return found == node.fields.end() ? nullptr : &found->value;
    };
    const ConfigNode* retry = engine == nullptr ? nullptr : has(*engine, "retry");
    return retry != nullptr && has(*retry, "then") != nullptr;
}

}  // namespace

std::vector<std::string> read_consume_file(
    const std::string& yaml, const std::string& file, ConsumeOptions& options
) {
    std::vector<std::string> mistakes;
    const auto note = [&](const std::vector<ConfigError>& errors) {
        for (const ConfigError& error : errors) {
            mistakes.push_back(to_string(error));
        }
    };
    const auto root = parse_yaml(yaml, file);
    if (!root) {
        note(root.error());
        return mistakes;
    }
    ConfigReader reader{file};
    ConfigMap map{reader, *root, ""};
    map.read("brokers", options.consumer.brokers);
    map.read("group", options.consumer.group);
    read_topics(map, reader, options);
    if (const ConfigNode* from = map.find("from"); from != nullptr) {
        const std::size_t choice = reader.read_choice(*from, start_names);
        if (choice != no_choice) options.consumer.start_from = static_cast<StartFrom>(choice);
    }
    const ConfigNode* engine = map.find("engine");
    if (map.read("dead_letter_topic", options.consumer.dead_letter_topic) &&
        !says_what_then(engine)) {
        options.consumer.engine.retry.then = AfterLastAttempt::dead_letter;
    }
    read_properties(map, reader, options);
    read_target(map, reader, options);
    read_limits(map, reader, options);
    if (engine != nullptr) {
        read_engine_options(reader, *engine, "engine", options.consumer.engine);
    }
    map.finish();
    note(reader.errors());
    return mistakes;
}

}  // namespace odradek::consume
