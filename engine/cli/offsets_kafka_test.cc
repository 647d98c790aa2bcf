// `odradek offsets show` on groups of a real cluster: ours while its member lives, the Java peer's
// format, and texts that are neither.

#include "odradek/consumer.h"

#include "engine/cli/offsets_command.h"
#include "engine/core/offsets/codec.h"
#include "engine/kafka/group_offsets.h"
#include "engine/kafka/producer.h"
#include "engine/local_kafka/kafka_fixture.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace odradek {

namespace {

using namespace std::chrono_literals;

struct Answer {
    ExitCode code = ExitCode::passed;
    std::string output;
    std::string errors;
};

/// A flag that one thread sets and another waits for.
class Signal {
public:
    void give() {
        const std::lock_guard lock{mutex_};
        is_given_ = true;
        changed_.notify_all();
    }

    [[nodiscard]] bool wait() {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 30s, [&] { return is_given_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_given_ = false;
};

class OffsetsShowKafka : public local_kafka::KafkaTest {
protected:
    /// The command as a user types it, with the cluster and the group filled in.
    [[nodiscard]] Answer show(const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"show", "--brokers", bootstrap(), "--group", group_};
        arguments.insert(arguments.end(), more.begin(), more.end());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Answer answer;
        answer.code = run_offsets(arguments);
        answer.output = testing::internal::GetCapturedStdout();
        answer.errors = testing::internal::GetCapturedStderr();
        return answer;
    }

    void produce(std::int64_t count) const {
        auto producer = kafka::KafkaProducer::open(bootstrap(), {});
        ASSERT_TRUE(producer.has_value());
        for (std::int64_t number = 0; number < count; ++number) {
            const std::string key = std::to_string(number);
            kafka::OutgoingRecord record{.topic = topic_, .value = Bytes{}};
            record.key = std::as_bytes(std::span{key});
            ASSERT_TRUE(producer->send(record, 0).has_value());
        }
        ASSERT_TRUE(producer->flush(30s, [](const kafka::Delivery&) {}));
    }

    /// What a member does while it lives: every fourth record hangs in retry, the rest is done.
    [[nodiscard]] static Outcome every_fourth_hangs(const RecordContext& context) {
        if (context.record.offset.value() % 4 == 0) return Outcome::retry(1h, "hangs");
        return Outcome::done();
    }

    /// A member of the group that has committed offsets 1-3, 5-7 and 9-11 as done; it lives on.
    [[nodiscard]] Consumer start_member(MapFormat format) {
        ConsumerOptions options{.brokers = bootstrap(), .group = group_, .topics = {topic_}};
        options.engine.commit.interval = 50ms;
        options.engine.commit.offset_map = format;
        options.listener.on_committed = [this](const auto&, Offset, const std::string& metadata) {
            const auto decoded = decode(metadata, Offset{0}, std::nullopt);
            if (decoded && completed_count(decoded->map) == 9) is_committed_.give();
        };
        auto consumer = Consumer::open(options);
        if (!consumer) throw std::runtime_error(to_string(consumer.error()));
        consumer->poll(every_fourth_hangs);
        return *std::move(consumer);
    }

    [[nodiscard]] kafka::GroupOffsetsRequest request() const {
        return {.brokers = bootstrap(), .group = group_};
    }

    /// Stores a text beside offset 2 of the only partition, as any other client may do.
    void store(const std::string& metadata) const {
        const TopicPartition partition{topic_, PartitionId{0}};
        const std::vector<kafka::GroupOffset> offsets{
            {.partition = partition, .next_to_read = Offset{2}, .metadata = metadata}};
        const auto written = kafka::write_group_offsets(request(), offsets);
        ASSERT_TRUE(written.has_value()) << to_string(written.error());
    }

    std::string topic_ = make_topic(1);
    std::string group_ = unique("g");
    Signal is_committed_;
};

}  // namespace

TEST_F(OffsetsShowKafka, PC13_draws_the_map_of_a_group_whose_member_is_alive) {
    produce(12);
    Consumer member = start_member(MapFormat::odradek);
    ASSERT_TRUE(is_committed_.wait());
    const Answer text = show({"--topic", topic_});
    EXPECT_EQ(text.code, ExitCode::passed) << text.errors;
    EXPECT_NE(text.output.find("\n  0 ░███░███░███ 11\n"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("  0..12   12  odradek "), std::string::npos) << text.output;

    const Answer json = show({"--format", "json"});
    EXPECT_NE(json.output.find("\"committed\":0"), std::string::npos) << json.output;
    EXPECT_NE(json.output.find("\"completed\":\"1-3,5-7,9-11\""), std::string::npos) << json.output;
    EXPECT_EQ(member.close(), std::nullopt);
}

TEST_F(OffsetsShowKafka, PC14_draws_the_map_in_the_format_of_the_java_peer) {
    produce(12);
    Consumer member = start_member(MapFormat::confluent);
    ASSERT_TRUE(is_committed_.wait());
    const Answer text = show({});
    EXPECT_EQ(text.code, ExitCode::passed) << text.errors;
    EXPECT_NE(text.output.find("\n  0 ░███░███░███ 11\n"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("  confluent "), std::string::npos) << text.output;
    EXPECT_EQ(member.close(), std::nullopt);
}

TEST_F(OffsetsShowKafka, PC17_says_what_foreign_and_damaged_texts_are) {
    produce(9);
    store("two words");
    EXPECT_NE(show({}).output.find("note: foreign: "), std::string::npos) << show({}).output;

    const OffsetMap elsewhere{.next_to_read = Offset{3}, .completed = {{Offset{5}, Offset{8}}}};
    store(*encode(elsewhere, {}));  // ours, beside an offset that it was not made for
    const Answer damaged = show({});
    EXPECT_EQ(damaged.code, ExitCode::passed) << "what is shown is what is stored";
    EXPECT_NE(damaged.output.find("note: damaged at byte "), std::string::npos) << damaged.output;
}

TEST_F(OffsetsShowKafka, hands_the_properties_for_security_to_the_client) {
    produce(3);
    store("");
    const std::vector<std::string> plain{"--property", "security.protocol=PLAINTEXT"};
    EXPECT_EQ(show(plain).code, ExitCode::passed) << show(plain).errors;
    const Answer unknown = show({"--property", "security.protocol=NONSENSE"});
    EXPECT_EQ(unknown.code, ExitCode::usage);
    EXPECT_NE(unknown.errors.find("security.protocol"), std::string::npos) << unknown.errors;
}

TEST_F(OffsetsShowKafka, answers_a_group_without_offsets_with_two) {
    const Answer answer = show({});
    EXPECT_EQ(answer.code, ExitCode::usage);
    EXPECT_NE(answer.errors.find("has no committed offset"), std::string::npos) << answer.errors;
}

}  // namespace odradek
