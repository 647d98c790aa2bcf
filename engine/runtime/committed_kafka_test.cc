// What a member takes over from the text beside a committed offset, and what it leaves there, on a
// real broker. Evidence are the handlers' own notes and what the broker has stored.

#include "odradek/consumer.h"

#include "engine/core/commit/fingerprint.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/kafka/group_offsets.h"
#include "engine/kafka/producer.h"
#include "engine/local_kafka/kafka_fixture.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <semaphore>

namespace odradek {

namespace {

using namespace std::chrono_literals;

/// How often each offset of the one partition was processed.
class Notes {
public:
    Outcome done(const RecordContext& context) {
        const std::lock_guard lock{mutex_};
        ++runs_[context.record.offset.value()];
        changed_.notify_all();
        return Outcome::done();
    }

    [[nodiscard]] bool wait_for(std::size_t offsets) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 60s, [&] { return runs_.size() >= offsets; });
    }

    [[nodiscard]] std::map<std::int64_t, int> runs() const {
        const std::lock_guard lock{mutex_};
        return runs_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::int64_t, int> runs_;
};

class CommittedTest : public local_kafka::KafkaTest {
protected:
    [[nodiscard]] ConsumerOptions options() const {
        ConsumerOptions options{.brokers = bootstrap(), .group = group_, .topics = {topic_}};
        options.engine.ordering = Ordering::unordered;
        options.engine.commit.interval = 50ms;
        return options;
    }

    static Consumer open(const ConsumerOptions& options) {
        auto consumer = Consumer::open(options);
        if (!consumer) throw std::runtime_error(to_string(consumer.error()));
        return *std::move(consumer);
    }

    void produce(int count) const {
        auto producer = kafka::KafkaProducer::open(bootstrap(), {});
        ASSERT_TRUE(producer.has_value());
        for (int number = 0; number < count; ++number) {
            const kafka::OutgoingRecord record{.topic = topic_, .value = Bytes{}};
            ASSERT_TRUE(producer->send(record, 0).has_value());
        }
        ASSERT_TRUE(producer->flush(30s, [](const kafka::Delivery&) {}));
    }

    /// Puts a text beside offset 0, as any client of the group may do.
    void store(const std::string& metadata) const {
        const std::vector<kafka::GroupOffset> offsets{
            {.partition = {topic_, PartitionId{0}},
             .next_to_read = Offset{0},
             .metadata = metadata}};
        const auto written =
            kafka::write_group_offsets({.brokers = bootstrap(), .group = group_}, offsets);
        ASSERT_TRUE(written.has_value()) << to_string(written.error());
    }

    [[nodiscard]] kafka::GroupOffset stored() const {
        const auto offsets =
            kafka::read_group_offsets({.brokers = bootstrap(), .group = group_, .topic = topic_});
        return offsets && offsets->size() == 1 ? offsets->front() : kafka::GroupOffset{};
    }

    std::string topic_ = make_topic(1);
    std::string group_ = unique("g");
};

/// Every record but the first is done; that one hangs in retry.
Outcome first_hangs(const RecordContext& context) {
    if (context.record.offset == Offset{0}) return Outcome::retry(1h, "hangs");
    return Outcome::done();
}

}  // namespace

TEST_F(CommittedTest, PC13_processes_new_records_where_a_map_counts_lost_ones_as_done) {
    produce(3);
    // Offsets 1 … 8 were done, and the log has lost 3 … 8: an unclean election, or a topic that was
    // deleted and made again.
    store(*encode({Offset{0}, {{Offset{1}, Offset{9}}}}, {}));
    Notes notes;
    Consumer consumer = open(options());
    consumer.poll([&](const RecordContext& context) { return notes.done(context); });
    ASSERT_TRUE(notes.wait_for(1)) << "offset 0";
    produce(4);
    EXPECT_TRUE(notes.wait_for(5)) << "and 3 … 6, which are new";
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(notes.runs(), (std::map<std::int64_t, int>{{0, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}}))
        << "1 and 2 are done before";
}

TEST_F(CommittedTest, PC15_fits_a_small_limit_while_a_record_hangs_and_loses_nothing) {
    constexpr int records = 3'000;
    produce(records);
    ConsumerOptions small = options();
    small.engine.commit.metadata_chars_max = 40;
    small.engine.retry.delay = 20ms;
    std::atomic<bool> hangs = true;
    std::atomic<std::int64_t> longest = 0;
    std::binary_semaphore has_map{0};
    small.listener.on_committed = [&](const auto&, Offset, const std::string& metadata) {
        longest = std::max(longest.load(), count_units(metadata));
        if (!metadata.empty()) has_map.release();
    };
    Notes notes;
    Consumer consumer = open(small);
    // Every second record of the first half hangs: the longest map that there is.
    consumer.poll([&](const RecordContext& context) {
        const std::int64_t offset = context.record.offset.value();
        if (hangs && offset % 2 == 0 && offset < records / 2) return Outcome::retry();
        return notes.done(context);
    });
    ASSERT_TRUE(has_map.try_acquire_for(30s));
    const auto map = decode(stored().metadata, stored().next_to_read, std::nullopt);
    EXPECT_TRUE(map.has_value() && !map->map.completed.empty());
    hangs = false;
    EXPECT_TRUE(notes.wait_for(records));
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_LE(longest, 40);
    EXPECT_EQ(stored().next_to_read, Offset{records});
    for (const auto& [offset, runs] : notes.runs()) {
        EXPECT_EQ(runs, 1) << offset;
    }
}

TEST_F(CommittedTest, PC17_replays_or_closes_by_policy_where_the_text_is_foreign) {
    produce(5);
    store("two words");
    ConsumerOptions failing = options();
    failing.engine.commit.unreadable_metadata = UnreadableMetadata::fail;
    Consumer refused = open(failing);
    refused.poll([](const RecordContext&) { return Outcome::done(); });
    ASSERT_TRUE(refused.wait_until_closed(30s));
    const auto cause = refused.close();
    ASSERT_TRUE(cause.has_value());
    EXPECT_EQ(cause->code, Errc::unreadable_metadata);
    EXPECT_EQ(stored().metadata, "two words") << "what could not be read is left as it is";

    Notes notes;
    Consumer consumer = open(options());
    consumer.poll([&](const RecordContext& context) { return notes.done(context); });
    EXPECT_TRUE(notes.wait_for(5));
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(stored().next_to_read, Offset{5});
}

TEST_F(CommittedTest, PS7_refuses_offsets_of_other_settings_and_takes_them_over_when_told_to) {
    produce(10);
    ConsumerOptions before = options();
    before.engine.commit.must_match = {{"virtual_partitions", "10"}};
    std::binary_semaphore has_nine{0};
    before.listener.on_committed = [&](const auto&, Offset, const std::string& metadata) {
        const auto decoded = decode(metadata, Offset{0}, std::nullopt);
        if (decoded && completed_count(decoded->map) == 9) has_nine.release();
    };
    Consumer old_member = open(before);
    old_member.poll(first_hangs);
    EXPECT_TRUE(has_nine.try_acquire_for(30s));
    EXPECT_EQ(old_member.close(), std::nullopt);

    ConsumerOptions changed = options();
    changed.engine.commit.must_match = {{"virtual_partitions", "12"}};
    Notes notes;
    Consumer refused = open(changed);
    refused.poll([&](const RecordContext& context) { return notes.done(context); });
    ASSERT_TRUE(refused.wait_until_closed(30s));
    const auto cause = refused.close();
    ASSERT_TRUE(cause.has_value());
    EXPECT_EQ(cause->code, Errc::settings_changed);
    EXPECT_NE(cause->what.find("'virtual_partitions=10'"), std::string::npos) << cause->what;
    EXPECT_NE(cause->what.find("'virtual_partitions=12'"), std::string::npos) << cause->what;
    EXPECT_TRUE(notes.runs().empty());

    changed.engine.commit.may_replace = fingerprint_of("virtual_partitions=10")->value();
    Consumer taking_over = open(changed);
    taking_over.poll([&](const RecordContext& context) { return notes.done(context); });
    EXPECT_TRUE(notes.wait_for(1));
    EXPECT_EQ(taking_over.close(), std::nullopt);
    EXPECT_EQ(notes.runs(), (std::map<std::int64_t, int>{{0, 1}})) << "the old map holds";
}

}  // namespace odradek
