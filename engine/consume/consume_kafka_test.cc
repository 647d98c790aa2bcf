// `odradek consume` as a process on a real broker. What was handled is told by the workers, the
// endpoint or standard output, never by the engine.

#include "engine/consume/consume_program.h"
#include "engine/consume/http_test_server.h"
#include "engine/kafka/producer.h"
#include "engine/local_kafka/kafka_fixture.h"

#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

using Place = std::pair<int, std::int64_t>;  // partition, offset

/// What was told of records, in the order in which it was told.
class Ledger {
public:
    void write(const std::string& line) {
        const json record = json::parse(line);
        const Place place{record["partition"], record["offset"]};
        ++times_[place];
        if (times_[place] > 1) return;
        const std::string key = record["key"];
        std::int64_t& last = last_of_key_.try_emplace({place.first, key}, -1).first->second;
        if (place.second < last) ++out_of_order_;
        last = place.second;
    }
    void write(const std::vector<std::string>& lines) {
        for (const std::string& line : lines) {
            write(line);
        }
    }

    [[nodiscard]] std::size_t handled() const { return times_.size(); }
    [[nodiscard]] int out_of_order() const { return out_of_order_; }
    [[nodiscard]] std::size_t repeated() const {
        return static_cast<std::size_t>(std::ranges::count_if(times_, [](const auto& entry) {
            return entry.second > 1;
        }));
    }

private:
    std::map<Place, int> times_;
    std::map<std::pair<int, std::string>, std::int64_t> last_of_key_;
    int out_of_order_ = 0;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream input{text};
    for (std::string line; std::getline(input, line);) {
        lines.push_back(line);
    }
    return lines;
}

class ConsumeTest : public local_kafka::KafkaTest {
protected:
    void SetUp() override {
        local_kafka::KafkaTest::SetUp();
        folder_ = ::testing::TempDir() + unique("consume");
        std::filesystem::create_directories(folder_);
        setenv("no_proxy", "127.0.0.1", 1);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    /// `count` records with keys k0 … k(keys − 1) in turn; the value is the number.
    static void produce(const std::string& topic, int count, int keys = 20) {
        auto producer = kafka::KafkaProducer::open(bootstrap(), {});
        ASSERT_TRUE(producer.has_value());
        int acknowledged = 0;
        for (int number = 0; number < count; ++number) {
            const std::string key = "k" + std::to_string(number % keys);
            const std::string value = std::to_string(number);
            const kafka::OutgoingRecord record{
                .topic = topic,
                .key = std::as_bytes(std::span{key}),
                .value = std::as_bytes(std::span{value}),
                .headers = {{"number", value}}};
            ASSERT_TRUE(producer->send(record, 0).has_value());
        }
        ASSERT_TRUE(producer->flush(30s, [&](const kafka::Delivery& delivery) {
            acknowledged += delivery.error ? 0 : 1;
        }));
        ASSERT_EQ(acknowledged, count);
    }

    [[nodiscard]] static std::vector<std::string> arguments(
        const std::string& topic, const std::string& group, const std::vector<std::string>& more
    ) {
        std::vector<std::string> words{
            "--brokers",
            bootstrap(),
            "--topic",
            topic,
            "--group",
            group,
            "--commit-interval",
            "100ms",
            "--retry-delay",
            "10ms",
            "--property",
            "session.timeout.ms=6000",
            "--property",
            "heartbeat.interval.ms=500"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    /// A worker that tells each record to `told` before it answers done.
    [[nodiscard]] static std::string telling(const LineStream& told) {
        return "exec 3>" + told.file() + "; while read -r l; do echo \"$l\" >&3; echo done; done";
    }

    std::string folder_;
};

}  // namespace

TEST_F(ConsumeTest, prints_every_record_once_and_stops_when_it_is_idle) {
    const std::string topic = make_topic(3);
    const std::string group = unique("g");
    produce(topic, 500);
    for (const std::size_t expected : {500U, 0U}) {  // what is committed does not come again
        ConsumeProgram program{
            arguments(topic, group, {"--print", "--until-idle", "500ms"}), folder_};
        ASSERT_EQ(program.wait(), 0) << program.error();
        Ledger ledger;
        ledger.write(lines_of(program.output()));
        EXPECT_EQ(ledger.handled(), expected);
        EXPECT_EQ(ledger.repeated(), 0U);
        EXPECT_EQ(ledger.out_of_order(), 0);
    }
}

TEST_F(ConsumeTest, begins_at_the_end_when_asked_to) {
    const std::string topic = make_topic(1);
    produce(topic, 5);
    ConsumeProgram program{
        arguments(topic, unique("g"), {"--print", "--from", "latest", "--until-idle", "500ms"}),
        folder_};
    EXPECT_EQ(program.wait(), 0) << program.error();
    EXPECT_EQ(program.output(), "");
}

TEST_F(ConsumeTest, hands_records_to_workers_in_key_order_and_outlives_those_that_die) {
    const std::string topic = make_topic(3);
    produce(topic, 300);
    LineStream told{folder_ + "/told"};
    // Dies at every fiftieth record's first attempt, without telling of it.
    const std::string worker = "exec 3>" + told.file() +
                               "; while read -r l; do case $l in "
                               "*'\"value\":\"'*'50\",'*'\"attempt\":1,'*) exit 9;; "
                               "*'\"value\":\"'*'00\",'*'\"attempt\":1,'*) "
                               "echo garbage; continue;; esac; echo \"$l\" >&3; echo done; done";
    ConsumeProgram program{
        arguments(
            topic, unique("g"), {"--exec", worker, "--concurrency", "4", "--until-idle", "500ms"}
        ),
        folder_};
    Ledger ledger;
    while (ledger.handled() < 300 && !HasFailure()) {
        ledger.write(told.next());
    }
    EXPECT_EQ(program.wait(), 0) << program.error();
    ledger.write(told.rest());
    EXPECT_EQ(ledger.repeated(), 0U);
    EXPECT_EQ(ledger.out_of_order(), 0);
    EXPECT_NE(program.error().find("the worker ended with exit code 9"), std::string::npos);
    EXPECT_NE(program.error().find("found \"garbage\""), std::string::npos) << program.error();
}

TEST_F(ConsumeTest, passes_on_what_workers_write_to_standard_error) {
    const std::string topic = make_topic(1);
    produce(topic, 1);
    ConsumeProgram program{
        arguments(
            topic,
            unique("g"),
            {"--exec",
             "while read -r l; do echo seen >&2; echo done; done",
             "--until-idle",
             "300ms"}
        ),
        folder_};
    EXPECT_EQ(program.wait(), 0);
    EXPECT_NE(program.error().find("seen\n"), std::string::npos) << program.error();
}

TEST_F(ConsumeTest, sends_what_a_worker_fails_to_the_dead_letter_topic) {
    const std::string topic = make_topic(1);
    const std::string dead = make_topic(1);
    produce(topic, 10);
    const std::string worker =
        "while read -r l; do case $l in *'\"value\":\"7\"'*) echo fail no such customer;; "
        "*'\"value\":\"8\"'*) echo retry 1ms;; *) echo done;; esac; done";
    ConsumeProgram program{
        arguments(
            topic,
            unique("g"),
            {"--exec",
             worker,
             "--dead-letter-topic",
             dead,
             "--retry-attempts-max",
             "3",
             "--until-idle",
             "500ms"}
        ),
        folder_};
    ASSERT_EQ(program.wait(), 0) << program.error();
    ConsumeProgram reader{
        arguments(dead, unique("g"), {"--print", "--until-idle", "300ms"}), folder_};
    ASSERT_EQ(reader.wait(), 0);
    std::map<std::string, json> headers;  // by value
    for (const std::string& line : lines_of(reader.output())) {
        const json record = json::parse(line);
        for (const json& header : record["headers"]) {
            headers[record["value"]][header["name"].get<std::string>()] = header["value"];
        }
    }
    ASSERT_EQ(headers.size(), 2U);
    EXPECT_EQ(headers["7"]["source_error"], "no such customer");
    EXPECT_EQ(headers["7"]["source_attempts"], "1");
    EXPECT_EQ(headers["7"]["number"], "7");
    EXPECT_EQ(headers["8"]["source_attempts"], "3");
}

TEST_F(ConsumeTest, posts_records_and_repeats_what_the_endpoint_could_not_take) {
    const std::string topic = make_topic(3);
    produce(topic, 300);
    std::mutex mutex;
    std::set<std::string> refused;
    Ledger ledger;
    int active = 0;
    int active_peak = 0;
    HttpTestServer server{[&](const HttpTestServer::Request& request) -> std::string {
        {
            const std::lock_guard lock{mutex};
            active_peak = std::max(active_peak, ++active);
        }
        std::this_thread::yield();
        const std::lock_guard lock{mutex};
        --active;
        if (request.body.ends_with("3") && refused.insert(request.body).second) {
            return "503 Service Unavailable\r\n\r\n";
        }
        if (request.body.ends_with("9") && refused.insert(request.body).second) return "";
        ledger.write(json{
            {"partition", std::stoi(request.header("Kafka-Partition"))},
            {"offset", std::stoll(request.header("Kafka-Offset"))},
            {"key", request.header("Kafka-Key")}}
                         .dump());
        return "204 No Content\r\n\r\n";
    }};
    ConsumeProgram program{
        arguments(
            topic,
            unique("g"),
            {"--http", server.url(), "--concurrency", "4", "--until-idle", "500ms"}
        ),
        folder_};
    EXPECT_EQ(program.wait(), 0) << program.error();
    const std::lock_guard lock{mutex};
    EXPECT_EQ(ledger.handled(), 300U);
    EXPECT_EQ(ledger.repeated(), 0U);
    EXPECT_EQ(ledger.out_of_order(), 0);
    EXPECT_LE(active_peak, 4);
    EXPECT_LE(server.connections(), 4 + 30);  // and a new one for each that was broken
}

TEST_F(ConsumeTest, ends_with_one_when_a_record_is_given_up_and_nobody_takes_it) {
    const std::string topic = make_topic(1);
    produce(topic, 1);
    HttpTestServer server{[](const HttpTestServer::Request&) {
        return "422 Unprocessable\r\nContent-Length: 3\r\n\r\nbad";
    }};
    ConsumeProgram program{arguments(topic, unique("g"), {"--http", server.url()}), folder_};
    EXPECT_EQ(program.wait(), 1);
    EXPECT_NE(program.error().find("HTTP 422: bad"), std::string::npos) << program.error();
}

TEST_F(ConsumeTest, loses_and_repeats_nothing_when_it_is_asked_to_stop_under_load) {
    const std::string topic = make_topic(4);
    const std::string group = unique("g");
    produce(topic, 2000, 50);
    LineStream told{folder_ + "/told"};
    const std::vector<std::string> exec{"--exec", telling(told), "--concurrency", "8"};
    Ledger ledger;
    {
        ConsumeProgram program{arguments(topic, group, exec), folder_};
        while (ledger.handled() < 500 && !HasFailure()) {
            ledger.write(told.next());
        }
        program.send(SIGTERM);
        ASSERT_EQ(program.wait(20s), 0) << program.error();
        ledger.write(told.rest());
        ASSERT_LT(ledger.handled(), 2000U) << "it was to stop while there was load";
    }
    ConsumeProgram program{arguments(topic, group, exec), folder_};
    while (ledger.handled() < 2000 && !HasFailure()) {
        ledger.write(told.next());
    }
    program.send(SIGINT);
    EXPECT_EQ(program.wait(20s), 0);
    ledger.write(told.rest());
    EXPECT_EQ(ledger.repeated(), 0U);
    EXPECT_EQ(ledger.out_of_order(), 0);
}

TEST_F(ConsumeTest, loses_nothing_when_it_is_killed_under_load) {
    const std::string topic = make_topic(4);
    const std::string group = unique("g");
    produce(topic, 2000, 50);
    LineStream told{folder_ + "/told"};
    const std::vector<std::string> exec{"--exec", telling(told), "--concurrency", "8"};
    Ledger ledger;
    for (int round = 1; round <= 2; ++round) {
        ConsumeProgram program{arguments(topic, group, exec), folder_};
        const std::size_t before = ledger.handled();
        while (ledger.handled() < before + 300 && !HasFailure()) {
            ledger.write(told.next());
        }
        program.send(SIGKILL);
        ASSERT_EQ(program.wait(20s), 128 + SIGKILL);
        ledger.write(told.rest());
        ASSERT_LT(ledger.handled(), 2000U) << "it was to be killed while there was load";
    }
    std::vector<std::string> last = exec;
    last.insert(last.end(), {"--until-idle", "1s"});
    ConsumeProgram program{arguments(topic, group, last), folder_};
    while (ledger.handled() < 2000 && !HasFailure()) {
        ledger.write(told.next());
    }
    EXPECT_EQ(program.wait(), 0) << program.error();
    EXPECT_EQ(ledger.handled(), 2000U);
    EXPECT_EQ(ledger.out_of_order(), 0);
}

TEST_F(ConsumeTest, is_not_idle_while_a_killed_member_still_holds_unread_partitions) {
    const std::string topic = make_topic(4);
    const std::string group = unique("g");
    produce(topic, 400, 50);
    LineStream told{folder_ + "/told"};
    std::filesystem::create_directories(folder_ + "/victim");
    // The first member takes one record of each key and never answers.
    LineStream taken{folder_ + "/taken"};
    ConsumeProgram victim{
        arguments(
            topic,
            group,
            {"--exec",
             "exec 3>" + taken.file() + "; while read -r l; do echo x >&3; read never; done",
             "--revoke-wait-max",
             "100ms",
             "--property",
             "partition.assignment.strategy=cooperative-sticky"}
        ),
        folder_ + "/victim"};
    EXPECT_EQ(taken.next(), "x");
    ConsumeProgram heir{
        arguments(
            topic,
            group,
            {"--exec",
             telling(told),
             "--until-idle",
             "500ms",
             "--property",
             "partition.assignment.strategy=cooperative-sticky"}
        ),
        folder_};
    Ledger ledger;
    ledger.write(told.next());  // the group is shared now
    victim.send(SIGKILL);
    while (ledger.handled() < 400 && !HasFailure()) {
        ledger.write(told.next());
    }
    EXPECT_EQ(heir.wait(), 0) << heir.error();
}

TEST_F(ConsumeTest, stops_within_its_bound_though_a_worker_hangs) {
    const std::string topic = make_topic(1);
    produce(topic, 1);
    LineStream taken{folder_ + "/taken"};
    ConsumeProgram program{
        arguments(
            topic,
            unique("g"),
            {"--exec",
             "exec 3>" + taken.file() + "; while read -r l; do echo x >&3; read never; done",
             "--stop-within",
             "200ms"}
        ),
        folder_};
    EXPECT_EQ(taken.next(), "x");
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(20s), 0) << program.error();
}

TEST_F(ConsumeTest, is_forced_by_a_second_signal) {
    const std::string topic = make_topic(1);
    produce(topic, 1);
    LineStream taken{folder_ + "/taken"};
    ConsumeProgram program{
        arguments(
            topic,
            unique("g"),
            {"--exec",
             "exec 3>" + taken.file() + "; while read -r l; do echo x >&3; read never; done",
             "--stop-within",
             "1h"}
        ),
        folder_};
    EXPECT_EQ(taken.next(), "x");
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(500ms), -1);  // it waits for the worker
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(20s), 1);
    EXPECT_NE(program.error().find("stopped by force"), std::string::npos);
}

TEST_F(ConsumeTest, serves_metrics_and_says_in_health_which_record_a_partition_is_stuck_at) {
    const std::string topic = make_topic(2);
    produce(topic, 3);
    // The worker of the first record does not answer before the pages have told of it.
    LineStream pages{folder_ + "/pages"};
    const std::string worker =
        "get() { bash -c \"exec 5<>/dev/tcp/127.0.0.1/$port; "
        "printf 'GET $1 HTTP/1.0\\r\\n\\r\\n' >&5; cat <&5\"; }; read -r l; "
        "port=$(sed -n 's|.*metrics: http://127.0.0.1:\\([0-9]*\\)/.*|\\1|p' " +
        folder_ + "/stderr); until get /health | grep stuck_for_ms >" + pages.file() +
        "; do :; done; get /metrics >" + pages.file() +
        "; echo done; while read -r l; do echo done; done";
    ConsumeProgram program{
        arguments(
            topic,
            unique("g"),
            {"--exec",
             worker,
             "--metrics-port",
             "0",
             "--concurrency",
             "1",
             "--slow-partition-after",
             "200ms"}
        ),
        folder_};
    std::string text;
    while (text.find("odradek_records_polled_total{") == std::string::npos && !HasFailure()) {
        text += pages.next() + "\n";
    }
    EXPECT_NE(text.find("\"status\":\"running\""), std::string::npos) << text;
    EXPECT_NE(text.find("\"stuck\":[{\"topic\":\"" + topic), std::string::npos) << text;
    EXPECT_NE(text.find("# TYPE odradek_records_polled_total counter"), std::string::npos) << text;
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(20s), 0);
}

TEST_F(ConsumeTest, says_that_no_broker_answers_with_three_and_wrong_usage_with_two) {
    ConsumeProgram nobody{
        {"--brokers",
         "127.0.0.1:1",
         "--topic",
         "t",
         "--group",
         "g",
         "--print",
         "--connect-timeout",
         "1s"},
        folder_};
    EXPECT_EQ(nobody.wait(), 3) << nobody.error();
    ConsumeProgram wrong{{"--brokers", "127.0.0.1:1", "--print"}, folder_};
    EXPECT_EQ(wrong.wait(), 2);
    ConsumeProgram no_command{
        arguments("t", "g", {"--exec", "exec no-such-program-anywhere"}), folder_};
    EXPECT_EQ(no_command.wait(), 2) << no_command.error();
}

}  // namespace odradek::consume
