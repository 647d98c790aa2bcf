// The life of a consumer on a real broker: what it tells, and how it stays a member.

#include "odradek/consumer.h"

#include "engine/local_kafka/kafka_fixture.h"
#include "engine/runtime/kafka_test_consumer.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>

namespace odradek {

namespace {

using namespace std::chrono_literals;

using LifeTest = KafkaConsumerTest;

/// What a listener heard, to be waited for.
class Heard {
public:
    void note(const std::string& what, std::int64_t offset = -1) {
        const std::lock_guard lock{mutex_};
        heard_.emplace(what, offset);
        changed_.notify_all();
    }

    [[nodiscard]] bool wait_for(const std::string& what, std::size_t count = 1) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 60s, [&] { return heard_.count(what) >= count; });
    }

    [[nodiscard]] std::size_t count(const std::string& what) const {
        const std::lock_guard lock{mutex_};
        return heard_.count(what);
    }

    [[nodiscard]] std::int64_t offset_of(const std::string& what) const {
        const std::lock_guard lock{mutex_};
        const auto found = heard_.find(what);
        return found == heard_.end() ? -2 : found->second;
    }

    /// A listener that notes notices by their kind, and partitions that come and go.
    [[nodiscard]] ConsumerListener listener() {
        ConsumerListener listener;
        listener.on_notice = [this](const EngineNotice& notice) {
            note(notice.kind, notice.offset.value());
        };
        const auto each = [this](const char* what) {
            return [this, what](const std::vector<TopicPartition>& partitions) {
                for (const TopicPartition& partition : partitions) {
                    note(what, partition.partition.value());
                }
            };
        };
        listener.on_assigned = [each](const std::vector<TopicPartition>& partitions, Epoch) {
            each("assigned")(partitions);
        };
        listener.on_revoked = each("revoked");
        listener.on_lost = each("lost");
        return listener;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<std::string, std::int64_t> heard_;
};

}  // namespace

TEST_F(LifeTest, PC29_meters_say_what_happened) {
    const std::string topic = make_topic(2);
    produce(topic, 500, 50);
    Consumer consumer = open(options(topic, unique("g")));
    EXPECT_EQ(consumer.meters().state, "not_started");
    consumer.poll([&](const RecordContext& context) {
        const bool fails = context.attempt == 1 && context.record.offset.value() % 10 == 0;
        return fails ? Outcome::retry(1ms, "first") : Outcome::done();
    });
    Meters meters = consumer.meters();
    for (int look = 0; look < 100'000 && meters.done < 500; ++look) {
        meters = consumer.meters();
    }
    EXPECT_EQ(meters.state, "running");
    EXPECT_EQ(meters.polled, 500U);
    EXPECT_EQ(meters.done, 500U);
    EXPECT_GE(meters.retried, 40U);
    EXPECT_EQ(meters.noticed("record_failed"), meters.retried);
    EXPECT_EQ(meters.handler.count, meters.done + meters.retried);
    ASSERT_EQ(meters.partitions.size(), 2U);
    EXPECT_EQ(meters.partitions[0].partition.topic, topic);
    EXPECT_EQ(meters.incomplete, 0U);
    EXPECT_EQ(consumer.close(), std::nullopt);
    const Meters last = consumer.meters();
    EXPECT_EQ(last.state, "closed");
    EXPECT_EQ(last.done, 500U);
    EXPECT_GT(last.commits_acknowledged, 0U);
    const std::string text = prometheus_text(last, {{"service", "test"}});
    EXPECT_NE(
        text.find("odradek_records_total{service=\"test\",outcome=\"done\"} 500\n"), text.npos
    );
}

TEST_F(LifeTest, PC28_names_slow_records_and_the_one_that_holds_the_commit_back) {
    const std::string topic = make_topic(1);
    produce(topic, 10, 10);
    ConsumerOptions settings = options(topic, unique("g"));
    settings.engine.concurrency_max = 1;
    settings.engine.queue_ahead = 0;
    settings.engine.slow = {.record_after = 200ms, .partition_after = 400ms};
    Heard heard;
    settings.listener = heard.listener();
    std::binary_semaphore may_end{0};
    Consumer consumer = open(settings);
    consumer.poll([&](const RecordContext& context) {
        if (context.record.offset.value() == 3) may_end.acquire();
        return Outcome::done();
    });
    ASSERT_TRUE(heard.wait_for("partition_stuck"));
    EXPECT_EQ(heard.offset_of("partition_stuck"), 3);
    const ConsumerStatus status = consumer.status();
    ASSERT_EQ(status.stuck.size(), 1U);
    EXPECT_EQ(status.stuck[0].offset, Offset{3});
    EXPECT_GE(status.stuck[0].stuck_for, 400ms);
    const Meters meters = consumer.meters();
    ASSERT_TRUE(meters.partitions.at(0).blocking.has_value());
    EXPECT_EQ(meters.partitions[0].blocking->state, "running");
    may_end.release();
    ASSERT_TRUE(heard.wait_for("record_slow", 6)) << "4 to 9 waited";
    ASSERT_TRUE(heard.wait_for("partition_unstuck"));
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(heard.count("record_slow"), 6U) << "each once";
}

TEST_F(LifeTest, PC32_commits_on_request_and_tells_a_listener_of_rebalances) {
    const std::string topic = make_topic(2);
    const std::string group = unique("g");
    produce(topic, 20, 20);
    ConsumerOptions settings = options(topic, group);
    settings.engine.commit.interval = 1h;
    Heard heard;
    settings.listener = heard.listener();
    std::mutex mutex;
    std::map<int, std::int64_t> stored;  // under mutex
    Consumer* asked = nullptr;
    settings.listener.on_committed =
        [&](const TopicPartition& partition, Offset next_to_read, const std::string&) {
            EXPECT_EQ(asked->meters().state, "running") << "a listener may ask";
            {
                const std::lock_guard lock{mutex};
                stored[partition.partition.value()] = next_to_read.value();
            }
            heard.note("committed");
        };
    Ledger ledger;
    Consumer consumer = open(settings);
    asked = &consumer;
    consumer.poll([&](const RecordContext& context) { return done(ledger, context); });
    ASSERT_TRUE(ledger.wait_for(20));
    for (int look = 0; look < 100'000 && consumer.meters().done < 20; ++look) {
    }
    EXPECT_EQ(heard.count("committed"), 0U);
    consumer.commit();
    ASSERT_TRUE(heard.wait_for("committed", 2));
    EXPECT_EQ(committed(topic, group, 2).first, 20);
    {
        const std::lock_guard lock{mutex};
        EXPECT_EQ(stored[0] + stored[1], 20);
    }
    EXPECT_EQ(heard.count("assigned"), 2U);
    EXPECT_EQ(heard.count("revoked"), 0U);
    consumer.close();
    EXPECT_EQ(heard.count("revoked"), 2U);
    EXPECT_EQ(heard.count("lost"), 0U);
}

TEST_F(LifeTest, PC19_never_polls_itself_out_of_the_group_behind_a_full_buffer) {
    const std::string topic = make_topic(1);
    produce(topic, 200, 200);
    ConsumerOptions settings = options(topic, unique("g"));
    settings.engine.concurrency_max = 2;
    settings.engine.buffer.size = BufferSize::self_tuning;
    settings.engine.buffer.partition_records_max = 2;
    settings.properties["max.poll.interval.ms"] = "6000";
    Heard heard;
    settings.listener = heard.listener();
    std::counting_semaphore<2> may_end{0};
    std::atomic<int> waited = 0;
    Ledger ledger;
    Consumer consumer = open(settings);
    consumer.poll([&](const RecordContext& context) {
        // The first two run for longer than max.poll.interval.
        if (waited.fetch_add(1) < 2) static_cast<void>(may_end.try_acquire_for(8s));
        return done(ledger, context);
    });
    ASSERT_TRUE(ledger.wait_for(200));
    EXPECT_EQ(heard.count("lost") + heard.count("revoked"), 0U);
    const Meters meters = consumer.meters();
    EXPECT_GE(meters.load_factor, 2.0);
    EXPECT_LE(meters.load_factor, 100.0);
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(ledger.entries().size(), 400U) << "nothing ran twice";
}

TEST_F(LifeTest, PC23_a_static_member_that_restarts_keeps_its_partitions_without_a_rebalance) {
    const std::string topic = make_topic(4);
    const std::string group = unique("g");
    const auto settings_of = [&](const char* name, Heard& heard) {
        ConsumerOptions settings = options(topic, group);
        settings.properties["group.instance.id"] = name;
        settings.properties["session.timeout.ms"] = "30000";
        settings.listener = heard.listener();
        return settings;
    };
    Ledger ledger;
    const auto handler = [&](const RecordContext& context) { return done(ledger, context); };
    Heard of_first;
    Heard of_second;
    Heard of_restarted;
    Consumer first = open(settings_of("one", of_first));
    first.poll(handler);
    ASSERT_TRUE(of_first.wait_for("assigned", 4));
    Consumer second = open(settings_of("two", of_second));
    second.poll(handler);
    ASSERT_TRUE(of_second.wait_for("assigned", 2));
    ASSERT_TRUE(of_first.wait_for("assigned", 6)) << "four, then two of them again";
    first.close();
    Consumer restarted = open(settings_of("one", of_restarted));
    restarted.poll(handler);
    ASSERT_TRUE(of_restarted.wait_for("assigned", 2));
    produce(topic, 400, 100);
    ASSERT_TRUE(ledger.wait_for(400));
    EXPECT_EQ(of_second.count("assigned"), 2U);
    EXPECT_EQ(of_second.count("revoked") + of_second.count("lost"), 0U);
    EXPECT_EQ(of_restarted.count("assigned"), 2U);
    restarted.close();
    second.close();
}

TEST_F(LifeTest, PC25_runs_handlers_in_the_users_executor) {
    const std::string topic = make_topic(2);
    produce(topic, 500, 50);
    std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<std::function<void()>> tasks;  // under mutex
    std::set<std::thread::id> ran_on;         // under mutex
    std::vector<std::jthread> threads;
    std::set<std::thread::id> own;
    for (int thread = 0; thread < 2; ++thread) {
        threads.emplace_back([&](const std::stop_token& stop) {
            std::unique_lock lock{mutex};
            while (changed.wait(lock, stop, [&] { return !tasks.empty(); })) {
                const std::function<void()> task = std::move(tasks.front());
                tasks.pop_front();
                lock.unlock();
                task();
                lock.lock();
            }
        });
        own.insert(threads.back().get_id());
    }
    ConsumerOptions settings = options(topic, unique("g"));
    settings.executor = [&](std::function<void()> task) {
        const std::lock_guard lock{mutex};
        tasks.push_back(std::move(task));
        changed.notify_one();
    };
    Ledger ledger;
    Consumer consumer = open(settings);
    consumer.poll([&](const RecordContext& context) {
        {
            const std::lock_guard lock{mutex};
            ran_on.insert(std::this_thread::get_id());
        }
        return done(ledger, context);
    });
    ASSERT_TRUE(ledger.wait_for(500));
    EXPECT_EQ(consumer.close(), std::nullopt);
    const std::lock_guard lock{mutex};
    EXPECT_TRUE(std::ranges::includes(own, ran_on));
}

TEST_F(LifeTest, PC26_closes_with_the_cause_when_another_member_takes_its_identity) {
    const std::string topic = make_topic(1);
    ConsumerOptions settings = options(topic, unique("g"));
    settings.properties["group.instance.id"] = "one";
    Heard heard;
    settings.listener = heard.listener();
    const auto handler = [](const RecordContext&) { return Outcome::done(); };
    Consumer first = open(settings);
    first.poll(handler);
    ASSERT_TRUE(heard.wait_for("assigned"));
    settings.listener = {};
    Consumer second = open(settings);
    second.poll(handler);
    ASSERT_TRUE(first.wait_until_closed(60s));
    const auto cause = first.close();
    ASSERT_TRUE(cause.has_value());
    EXPECT_EQ(cause->code, Errc::fenced) << to_string(*cause);
    EXPECT_EQ(first.meters().state, "closed");
    EXPECT_EQ(second.close(), std::nullopt);
}

}  // namespace odradek
