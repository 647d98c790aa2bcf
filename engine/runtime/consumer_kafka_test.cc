// The public consumer on a real broker. Evidence comes from a ledger that the handlers write and
// from what the broker has stored, never from the engine.

#include "odradek/consumer.h"

#include "engine/runtime/kafka_test_consumer.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <latch>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>

namespace odradek {

namespace {

using namespace std::chrono_literals;
using ConsumerTest = KafkaConsumerTest;

/// First completions of a key must be in offset order, and no two runs of a key may overlap.
void expect_key_order(const std::vector<Ledger::Entry>& entries) {
    std::map<std::pair<int, std::string>, std::int64_t> last_ended;
    std::set<std::pair<int, std::string>> running;
    std::set<PartitionOffset> ended;
    for (const Ledger::Entry& entry : entries) {
        const std::pair lane{entry.record.first, entry.key};
        if (entry.is_start) {
            EXPECT_TRUE(running.insert(lane).second) << entry.key << " runs twice at once";
            continue;
        }
        running.erase(lane);
        if (!ended.insert(entry.record).second) continue;
        const auto [last, is_first] = last_ended.try_emplace(lane, entry.record.second);
        EXPECT_TRUE(is_first || last->second < entry.record.second) << entry.key;
        last->second = entry.record.second;
    }
}

}  // namespace

TEST_F(ConsumerTest, PC1_PC3_handles_every_record_once_in_key_order_and_commits_all) {
    const std::string topic = make_topic(3);
    const std::string group = unique("g");
    produce(topic, 3'000, 50);
    Ledger ledger;
    Consumer consumer = open(options(topic, group));
    consumer.poll([&](const RecordContext& context) { return done(ledger, context); });
    ASSERT_TRUE(ledger.wait_for(3'000));
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(ledger.entries().size(), 6'000U) << "each record once";
    expect_key_order(ledger.entries());
    EXPECT_EQ(committed(topic, group, 3), (std::pair<std::int64_t, bool>{3'000, false}));
}

TEST_F(ConsumerTest, PC10_runs_failed_records_again_and_keeps_their_keys_in_order) {
    const std::string topic = make_topic(2);
    produce(topic, 400, 20);
    Ledger ledger;
    Consumer consumer = open(options(topic, unique("g")));
    consumer.poll([&](const RecordContext& context) {
        if (context.attempt == 1 && context.record.offset.value() % 7 == 0) {
            return Outcome::retry(5ms, "first attempt");
        }
        return done(ledger, context);
    });
    ASSERT_TRUE(ledger.wait_for(400));
    consumer.close();
    const auto entries = ledger.entries();
    expect_key_order(entries);
    for (const Ledger::Entry& entry : entries) {
        EXPECT_EQ(entry.attempt, entry.record.second % 7 == 0 ? 2U : 1U);
    }
}

TEST_F(ConsumerTest, PC13_does_not_replay_what_is_done_above_a_record_that_is_stuck) {
    const std::string topic = make_topic(1);
    const std::string group = unique("g");
    produce(topic, 100, 100);
    Ledger first;
    {
        std::binary_semaphore may_end{0};
        Consumer consumer = open(options(topic, group));
        consumer.poll([&](const RecordContext& context) {
            if (context.record.offset.value() != 10) return done(first, context);
            may_end.acquire();
            return Outcome::retry();  // not done: it must come again
        });
        ASSERT_TRUE(first.wait_for(99));
        std::thread release{[&] { may_end.release(); }};
        consumer.close({.finish = Finish::in_flight, .limit = 10s});
        release.join();
    }
    EXPECT_EQ(committed(topic, group, 1), (std::pair<std::int64_t, bool>{10, true}));
    Ledger second;
    Consumer consumer = open(options(topic, group));
    consumer.poll([&](const RecordContext& context) { return done(second, context); });
    ASSERT_TRUE(second.wait_for(1));
    consumer.close();
    ASSERT_EQ(second.entries().size(), 2U);
    EXPECT_EQ(second.entries()[0].record.second, 10);
    EXPECT_EQ(committed(topic, group, 1), (std::pair<std::int64_t, bool>{100, false}));
}

TEST_F(ConsumerTest, PC23_hands_partitions_over_without_loss_or_replay) {
    for (const char* assignor : {"range", "cooperative-sticky"}) {
        const std::string topic = make_topic(6);
        const std::string group = unique("g");
        produce(topic, 2'000, 200);
        Ledger ledger;
        ConsumerOptions settings = options(topic, group);
        settings.properties["partition.assignment.strategy"] = assignor;
        std::latch joined{1};
        Consumer first = open(settings);
        first.poll([&](const RecordContext& context) { return done(ledger, context); });
        ASSERT_TRUE(ledger.wait_for(500));
        ConsumerOptions later = settings;
        std::once_flag once;
        later.listener.on_assigned = [&](const std::vector<TopicPartition>& partitions, Epoch) {
            if (!partitions.empty()) std::call_once(once, [&] { joined.count_down(); });
        };
        Consumer second = open(later);
        second.poll([&](const RecordContext& context) { return done(ledger, context); });
        joined.wait();
        produce(topic, 2'000, 200);
        ASSERT_TRUE(ledger.wait_for(4'000)) << assignor;
        first.close();
        produce(topic, 1'000, 200);
        ASSERT_TRUE(ledger.wait_for(5'000)) << assignor;
        second.close();
        EXPECT_EQ(ledger.entries().size(), 10'000U) << assignor << ": something was replayed";
        expect_key_order(ledger.entries());
        EXPECT_EQ(committed(topic, group, 6).first, 5'000) << assignor;
    }
}

TEST_F(ConsumerTest, PC11_counts_a_dead_letter_as_done_when_the_broker_has_it) {
    const std::string topic = make_topic(1);
    const std::string letters = make_topic(1);
    const std::string group = unique("g");
    produce(topic, 10, 10);
    ConsumerOptions settings = options(topic, group);
    settings.engine.retry = {
        .delay = 1ms, .attempts_max = 2, .then = AfterLastAttempt::dead_letter};
    settings.dead_letter_topic = letters;
    Ledger ledger;
    Consumer consumer = open(settings);
    consumer.poll([&](const RecordContext& context) {
        if (context.record.offset.value() == 3) return Outcome::retry(1ms, "poison");
        return done(ledger, context);
    });
    Ledger given_up;
    std::map<std::string, std::string> headers;
    Consumer reader = open(options(letters, unique("g")));
    reader.poll([&](const RecordContext& context) {
        for (const Header& header : context.record.headers()) {
            headers[std::string(header.name)] = as_text(header.value);
        }
        return done(given_up, context);
    });
    ASSERT_TRUE(given_up.wait_for(1));
    ASSERT_TRUE(ledger.wait_for(9));
    reader.close();
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(given_up.entries()[0].key, "key-3");
    EXPECT_EQ(headers["source_topic"], topic);
    EXPECT_EQ(headers["source_offset"], "3");
    EXPECT_EQ(headers["source_attempts"], "2");
    EXPECT_EQ(headers["source_error"], "poison");
    EXPECT_EQ(headers["source_consumer_group"], group);
    EXPECT_EQ(committed(topic, group, 1).first, 10);
}

TEST_F(ConsumerTest, PC11_stops_with_the_cause_after_the_last_attempt) {
    const std::string topic = make_topic(1);
    const std::string group = unique("g");
    produce(topic, 5, 5);
    ConsumerOptions settings = options(topic, group);
    settings.engine.retry = {.attempts_max = 1, .then = AfterLastAttempt::stop};
    Consumer consumer = open(settings);
    consumer.poll([&](const RecordContext& context) {
        return context.record.offset.value() == 2 ? Outcome::retry(1ms, "no") : Outcome::done();
    });
    ASSERT_TRUE(consumer.wait_until_closed(30s));
    const auto cause = consumer.close();
    ASSERT_TRUE(cause.has_value());
    EXPECT_EQ(cause->code, Errc::handler_failed);
    EXPECT_LE(committed(topic, group, 1).first, 2);
}

TEST_F(ConsumerTest, PC20_starts_nothing_while_paused_and_stays_a_member) {
    const std::string topic = make_topic(1);
    Ledger ledger;
    Consumer consumer = open(options(topic, unique("g")));
    consumer.poll([&](const RecordContext& context) { return done(ledger, context); });
    produce(topic, 10, 10);
    ASSERT_TRUE(ledger.wait_for(10));
    consumer.pause();
    produce(topic, 10, 10);
    Ledger of_others;  // time goes by until another group has handled all of it
    Consumer other = open(options(topic, unique("g")));
    other.poll([&](const RecordContext& context) { return done(of_others, context); });
    ASSERT_TRUE(of_others.wait_for(20));
    EXPECT_EQ(ledger.entries().size(), 20U);
    consumer.resume();
    ASSERT_TRUE(ledger.wait_for(20));
    EXPECT_EQ(consumer.close(), std::nullopt);
}

TEST_F(ConsumerTest, PC21_abandons_a_handler_that_hangs_at_the_limit_of_the_close) {
    const std::string topic = make_topic(1);
    const std::string group = unique("g");
    produce(topic, 3, 3);
    Ledger ledger;
    std::counting_semaphore<8> may_end{0};
    std::binary_semaphore has_ended{0};
    {
        Consumer consumer = open(options(topic, group));
        consumer.poll([&](const RecordContext& context) {
            if (context.record.offset.value() != 1) return done(ledger, context);
            may_end.acquire();
            has_ended.release();
            return Outcome::done();
        });
        ASSERT_TRUE(ledger.wait_for(2));
        EXPECT_EQ(consumer.close({.finish = Finish::in_flight, .limit = 200ms}), std::nullopt);
    }
    EXPECT_EQ(committed(topic, group, 1).first, 1) << "the hanging record is not done";
    may_end.release();
    has_ended.acquire();
}

TEST_F(ConsumerTest, DC1_finishes_records_later_from_another_thread_in_key_order) {
    const std::string topic = make_topic(3);
    const std::string group = unique("g");
    produce(topic, 1'000, 50);
    Ledger ledger;
    ConsumerOptions settings = options(topic, group);
    settings.engine.concurrency_max = 2;
    settings.engine.retry.delay = 5ms;
    std::map<std::string, int> notices;  // the owner thread alone, until the close
    settings.listener.on_notice = [&](const EngineNotice& notice) { ++notices[notice.kind]; };
    std::mutex mutex;
    std::condition_variable_any has_token;
    std::deque<std::pair<PartitionOffset, CompletionToken>> tokens;
    std::size_t most_open = 0;
    Consumer consumer = open(settings);
    consumer.poll([&](const RecordContext& context) {
        ledger.write(context, true);
        const std::lock_guard lock{mutex};
        const PartitionOffset place{
            context.record.partition.value(), context.record.offset.value()};
        tokens.emplace_back(place, context.defer());
        most_open = std::max(most_open, tokens.size());
        has_token.notify_one();
        return Outcome::deferred();
    });
    std::set<PartitionOffset> leaked;
    std::jthread finisher{[&](const std::stop_token& stop) {
        std::unique_lock lock{mutex};
        // Nothing is finished before more tokens are open than there are workers.
        has_token.wait(lock, stop, [&] { return tokens.size() > 20; });
        while (has_token.wait(lock, stop, [&] { return !tokens.empty(); })) {
            auto [place, token] = std::move(tokens.front());
            tokens.pop_front();
            ledger.end(place);
            const bool is_leaked = place.second % 100 == 7 && leaked.insert(place).second;
            if (is_leaked) continue;  // destroyed unfinished
            token.finish(Outcome::done());
            if (place.second % 100 == 9) token.finish(Outcome::done());
        }
    }};
    ASSERT_TRUE(ledger.wait_for(1'000));
    EXPECT_EQ(consumer.close({.finish = Finish::buffered_too}), std::nullopt);
    finisher.request_stop();
    finisher.join();
    EXPECT_GT(most_open, 20U) << "no thread waits for an open token";
    EXPECT_GT(leaked.size(), 0U);
    EXPECT_EQ(notices["completion_leaked"], static_cast<int>(leaked.size()));
    EXPECT_GT(notices["completion_double"], 0);
    EXPECT_EQ(ledger.entries().size(), 2 * (1'000U + leaked.size()));
    expect_key_order(ledger.entries());
    EXPECT_EQ(committed(topic, group, 3).first, 1'000);
}

TEST_F(ConsumerTest, DC1_PC21_lets_tokens_outlive_the_consumer) {
    const std::string topic = make_topic(1);
    const std::string group = unique("g");
    produce(topic, 10, 10);
    CompletionToken kept;
    std::string_view key;
    {
        Ledger ledger;
        Consumer consumer = open(options(topic, group));
        consumer.poll([&](const RecordContext& context) {
            if (context.record.offset.value() != 4) return done(ledger, context);
            kept = context.defer();
            key = as_text(context.record.key);
            return Outcome::deferred();
        });
        ASSERT_TRUE(ledger.wait_for(9));
        EXPECT_EQ(consumer.close({.limit = 100ms}), std::nullopt);
    }
    EXPECT_EQ(key, "key-4") << "the bytes stay as long as the token";
    EXPECT_TRUE(kept.finish(Outcome::done()));
    EXPECT_EQ(committed(topic, group, 1), (std::pair<std::int64_t, bool>{4, true}));
}

TEST(ConsumerOpen, names_an_unreachable_broker) {
    const auto consumer = Consumer::open(
        {.brokers = "127.0.0.1:1", .group = "g", .topics = {"t"}, .connect_timeout = 300ms}
    );
    ASSERT_FALSE(consumer.has_value());
    EXPECT_EQ(consumer.error().code, Errc::broker_unreachable);
    EXPECT_EQ(consumer.error().where, "127.0.0.1:1");
}

TEST(ConsumerOpen, PC24_names_every_mistake_of_the_options) {
    const auto consumer = Consumer::open({.engine = {.concurrency_max = 0}});
    ASSERT_FALSE(consumer.has_value());
    EXPECT_EQ(consumer.error().code, Errc::invalid_options);
    for (const char* field : {"brokers", "group", "topics", "concurrency_max"}) {
        EXPECT_NE(consumer.error().what.find(field), std::string::npos) << field;
    }
}

}  // namespace odradek
