#include "engine/consume/consume_options.h"

#include "engine/config/engine_options.h"
#include "engine/consume/consume_file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> least{
    "--brokers", "b:9092", "--topic", "orders", "--group", "g", "--print"};

std::vector<std::string> with(std::vector<std::string> more) {
    more.insert(more.begin(), least.begin(), least.end());
    return more;
}

ConsumeOptions parsed(const std::vector<std::string>& arguments) {
    const auto options = parse_consume_options(arguments);
    if (!options) {
        ADD_FAILURE() << options.error().front();
        return {};
    }
    return std::get<ConsumeOptions>(*options);
}

std::vector<std::string> mistakes_in(const std::vector<std::string>& arguments) {
    const auto options = parse_consume_options(arguments);
    EXPECT_FALSE(options.has_value());
    return options ? std::vector<std::string>{} : options.error();
}

std::string file_with(const std::string& yaml) {
    const std::string path = ::testing::TempDir() + "consume-options.yaml";
    std::ofstream{path} << yaml;
    return path;
}

}  // namespace

TEST(ConsumeOptions, take_the_least_and_default_the_rest) {
    const ConsumeOptions options = parsed(least);
    EXPECT_EQ(options.consumer.brokers, "b:9092");
    EXPECT_THAT(options.consumer.topics, ElementsAre("orders"));
    EXPECT_EQ(options.consumer.group, "g");
    EXPECT_EQ(options.target, Target::print);
    EXPECT_EQ(options.consumer.start_from, StartFrom::earliest);
    EXPECT_EQ(options.consumer.engine.ordering, Ordering::key);
    EXPECT_EQ(options.until_idle, std::nullopt);
    EXPECT_EQ(options.stop_within, 30s);
}

TEST(ConsumeOptions, know_every_option_of_the_engines_table_by_its_name) {
    for (const EngineOptionRow& row : engine_option_rows()) {
        std::string flag = "--" + std::string(row.path);
        for (char& letter : flag) {
            if (letter == '.' || letter == '_') letter = '-';
        }
        EXPECT_TRUE(parse_consume_options(with({flag, row.write(EngineOptions{})}))) << flag;
    }
    EXPECT_EQ(parsed(with({"--concurrency", "40"})).consumer.engine.concurrency_max, 40U);
    EXPECT_EQ(parsed(with({"--max-concurrency", "40"})).consumer.engine.concurrency_max, 40U);
    EXPECT_EQ(parsed(with({"--retry-delay", "20ms"})).consumer.engine.retry.delay, 20ms);
}

TEST(ConsumeOptions, read_limits_headers_and_properties) {
    const ConsumeOptions options = parsed({"--brokers",      "b:1",
                                           "--topic",        "a,b",
                                           "--topic",        "^c{1,2}",
                                           "--group",        "g",
                                           "--http",         "http://x/",
                                           "--http-header",  "A: b",
                                           "--from",         "latest",
                                           "--until-idle",   "5s",
                                           "--stop-within",  "1m",
                                           "--timeout",      "0s",
                                           "--property",     "security.protocol=SSL",
                                           "--metrics-port", "0"});
    EXPECT_THAT(options.consumer.topics, ElementsAre("a", "b", "^c{1,2}"));
    EXPECT_EQ(options.target, Target::http);
    EXPECT_THAT(options.http_headers, ElementsAre("A: b"));
    EXPECT_EQ(options.consumer.start_from, StartFrom::latest);
    EXPECT_EQ(options.until_idle, 5s);
    EXPECT_EQ(options.stop_within, 60s);
    EXPECT_EQ(options.answer_within, 0s);
    EXPECT_EQ(options.consumer.properties.at("security.protocol"), "SSL");
    EXPECT_EQ(options.metrics_port, 0);
}

TEST(ConsumeOptions, send_what_is_given_up_to_the_dead_letter_topic_once_it_has_a_name) {
    const ConsumeOptions options = parsed(with({"--dead-letter-topic", "dead"}));
    EXPECT_EQ(options.consumer.engine.retry.then, AfterLastAttempt::dead_letter);
    const ConsumeOptions other =
        parsed(with({"--dead-letter-topic", "dead", "--retry-then", "skip"}));
    EXPECT_EQ(other.consumer.engine.retry.then, AfterLastAttempt::skip);
}

TEST(ConsumeOptions, report_all_mistakes_at_once) {
    EXPECT_THAT(
        mistakes_in(
            {"--brokers",
             "b:1",
             "--from",
             "middle",
             "--retry-delay",
             "soon",
             "--property",
             "x",
             "--until-idle",
             "0s",
             "--exec",
             "a",
             "--print"}
        ),
        ElementsAre(
            "--from: expected earliest or latest, found 'middle'",
            "--property: expected NAME=VALUE, found 'x'",
            HasSubstr("--retry-delay: expected a duration"),
            "give one of --exec, --http and --print",
            "--until-idle: expected a duration above zero, found '0s'"
        )
    );
}

TEST(ConsumeOptions, name_what_is_missing_as_the_command_line_calls_it) {
    EXPECT_THAT(
        mistakes_in({"--print"}),
        ElementsAre(
            HasSubstr("--brokers is empty"),
            HasSubstr("--group is empty"),
            HasSubstr("--topic names no topic")
        )
    );
    EXPECT_THAT(
        mistakes_in(with({"--property", "enable.auto.commit=true"})),
        ElementsAre(HasSubstr("--property enable.auto.commit is the engine's own"))
    );
    EXPECT_THAT(
        mistakes_in({"--brokers", "b:1", "--topic", "t", "--group", "g"}),
        ElementsAre(HasSubstr("give --exec CMD, --http URL or --print"))
    );
}

TEST(ConsumeOptions, suggest_the_nearest_option) {
    EXPECT_THAT(
        mistakes_in(with({"--concurency", "3"})),
        ElementsAre(HasSubstr("did you mean --concurrency?"))
    );
}

TEST(ConsumeOptions, come_from_a_file_and_the_command_line_wins) {
    const std::string file = file_with(
        "brokers: b:1\n"
        "topic: orders\n"
        "group: from-file\n"
        "from: latest\n"
        "exec: ./ship.sh\n"
        "dead_letter_topic: dead\n"
        "timeout: 3s\n"
        "metrics_port: 9100\n"
        "properties: {client.id: me}\n"
        "engine: {max_concurrency: 7, retry: {delay: 2s}}\n"
    );
    const ConsumeOptions options =
        parsed({"--config", file, "--group", "mine", "--retry-delay", "5s"});
    EXPECT_EQ(options.consumer.group, "mine");
    EXPECT_EQ(options.consumer.start_from, StartFrom::latest);
    EXPECT_EQ(options.command, "./ship.sh");
    EXPECT_EQ(options.consumer.engine.concurrency_max, 7U);
    EXPECT_EQ(options.consumer.engine.retry.delay, 5s);
    EXPECT_EQ(options.consumer.engine.retry.then, AfterLastAttempt::dead_letter);
    EXPECT_EQ(options.consumer.properties.at("client.id"), "me");
    EXPECT_EQ(options.answer_within, 3s);
    EXPECT_EQ(options.metrics_port, 9100);
}

TEST(ConsumeFile, has_its_mistakes_with_line_and_column) {
    ConsumeOptions options;
    EXPECT_THAT(
        read_consume_file(
            "brokers: b:1\ngrup: g\ntopics: orders\nexec: a\nprint: true\nengine: {orderin: key}\n",
            "f.yaml",
            options
        ),
        ::testing::UnorderedElementsAre(
            HasSubstr("f.yaml:2:1: unknown field 'grup'"),
            HasSubstr("f.yaml:3:9: expected a list"),
            HasSubstr("f.yaml:5:8: give one of exec, http and print"),
            HasSubstr("f.yaml:6:10: unknown field")
        )
    );
}

TEST(ConsumeOptions, that_name_a_file_nobody_can_read_say_so) {
    EXPECT_THAT(
        mistakes_in({"--config", "/nowhere.yaml", "--print"}),
        Contains("/nowhere.yaml: cannot be read")
    );
}

TEST(ConsumeHelp, explains_protocol_exit_codes_and_gives_examples) {
    const auto options = parse_consume_options({"--help"});
    ASSERT_TRUE(options.has_value());
    const std::string text = std::get<HelpWanted>(*options).text;
    for (const char* part :
         {"--exec", "retry [DELAY]", "Exit codes: 0", "Examples:", "default 16", "--until-idle"}) {
        EXPECT_THAT(text, HasSubstr(part));
    }
}

}  // namespace odradek::consume
