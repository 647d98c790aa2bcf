// Batches and lanes of the public consumer on a real broker. Evidence comes from what the handlers
// saw and from what the broker has stored, never from the engine.

#include "odradek/consumer.h"

#include "engine/runtime/kafka_test_consumer.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <latch>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace odradek {

namespace {

using namespace std::chrono_literals;

using Place = std::pair<std::int32_t, std::int64_t>;  // partition and offset

Place place_of(const Record& record) {
    return {record.partition.value(), record.offset.value()};
}

/// Lanes that run and records that are finished, as the handlers see them.
class Desk {
public:
    using Lane = std::pair<std::int32_t, std::string>;

    void start(const std::set<Lane>& lanes) {
        const std::lock_guard lock{mutex_};
        for (const Lane& lane : lanes) {
            overlaps_ += running_.insert(lane).second ? 0 : 1;
        }
    }

    void end(const std::set<Lane>& lanes, const std::vector<std::pair<Lane, Place>>& finished) {
        const std::lock_guard lock{mutex_};
        for (const Lane& lane : lanes) {
            running_.erase(lane);
        }
        for (const auto& [lane, place] : finished) {
            if (!finished_.insert(place).second) continue;
            std::int64_t& last = last_.try_emplace(lane, -1).first->second;
            disorders_ += last < place.second ? 0 : 1;
            last = place.second;
        }
        changed_.notify_all();
    }

    [[nodiscard]] bool wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 60s, [&] { return finished_.size() >= count; });
    }

    [[nodiscard]] int overlaps() const { return overlaps_; }
    [[nodiscard]] int disorders() const { return disorders_; }
    [[nodiscard]] std::size_t lanes() const { return last_.size(); }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<Lane> running_;
    std::set<Place> finished_;
    std::map<Lane, std::int64_t> last_;
    int overlaps_ = 0;
    int disorders_ = 0;
};

class LanesTest : public KafkaConsumerTest {};

}  // namespace

TEST_F(LanesTest, PC6_hands_over_batches_in_offset_order_and_keeps_keys_in_order) {
    const std::string topic = make_topic(2);
    const std::string group = unique("g");
    produce(topic, 2'000, 40);
    ConsumerOptions settings = options(topic, group);
    settings.engine.batch_size = 25;
    settings.engine.batch_latency = 20ms;
    settings.engine.retry.delay = 5ms;
    Desk desk;
    std::atomic<std::size_t> largest = 0;
    std::atomic<int> misplaced = 0;
    Consumer consumer = open(settings);
    consumer.poll_batches([&](std::span<const RecordContext> batch) {
        std::set<Desk::Lane> lanes;
        for (std::size_t at = 0; at < batch.size(); ++at) {
            const Record& record = batch[at].record;
            lanes.emplace(record.partition.value(), as_text(record.key));
            const Record& before = batch[at == 0 ? 0 : at - 1].record;
            const bool follows =
                at == 0 || (before.partition == record.partition && before.offset < record.offset);
            misplaced += follows ? 0 : 1;
        }
        desk.start(lanes);
        if (std::size_t seen = largest; seen < batch.size()) largest = batch.size();
        std::vector<Outcome> outcomes;
        std::set<Desk::Lane> stopped;
        std::vector<std::pair<Desk::Lane, Place>> finished;
        for (const RecordContext& context : batch) {
            const Desk::Lane lane{
                context.record.partition.value(), std::string(as_text(context.record.key))};
            const bool fails = context.attempt == 1 && context.record.offset.value() % 11 == 0;
            if (fails) stopped.insert(lane);
            const bool counts = !stopped.contains(lane);
            if (counts) finished.emplace_back(lane, place_of(context.record));
            // What is behind a failed one says done all the same: it must not count.
            outcomes.push_back(fails ? Outcome::retry(5ms, "first attempt") : Outcome::done());
        }
        desk.end(lanes, finished);
        return outcomes;
    });
    ASSERT_TRUE(desk.wait_for(2'000));
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(misplaced, 0);
    EXPECT_EQ(desk.overlaps(), 0);
    EXPECT_EQ(desk.disorders(), 0);
    EXPECT_GT(largest, 1U);
    EXPECT_LE(largest, 25U);
    EXPECT_EQ(committed(topic, group, 2).first, 2'000);
}

TEST_F(LanesTest, PC6_an_unfilled_batch_comes_after_its_latency) {
    const std::string topic = make_topic(1);
    produce(topic, 3, 3);
    ConsumerOptions settings = options(topic, unique("g"));
    settings.engine.batch_size = 1'000;
    settings.engine.batch_latency = 50ms;
    Desk desk;
    Consumer consumer = open(settings);
    consumer.poll_batches([&](std::span<const RecordContext> batch) -> BatchOutcome {
        std::vector<std::pair<Desk::Lane, Place>> finished;
        for (const RecordContext& context : batch) {
            finished.emplace_back(Desk::Lane{}, place_of(context.record));
        }
        desk.end({}, finished);
        return Outcome::done();
    });
    EXPECT_TRUE(desk.wait_for(3));
    EXPECT_EQ(consumer.close(), std::nullopt);
}

namespace {

/// Runs every record, one at a time, in the lane that the test expects; true when all were handled
/// and no lane ran twice at once or out of order.
void expect_lanes(
    Consumer& consumer,
    Desk& desk,
    std::size_t count,
    const std::function<std::string(const Record&)>& lane_of
) {
    consumer.poll([&](const RecordContext& context) {
        const Desk::Lane lane{context.record.partition.value(), lane_of(context.record)};
        desk.start({lane});
        const bool fails = context.attempt == 1 && context.record.offset.value() % 13 == 0;
        if (fails) {
            desk.end({lane}, {});
            return Outcome::retry(2ms, "first attempt");
        }
        desk.end({lane}, {{lane, place_of(context.record)}});
        return Outcome::done();
    });
    ASSERT_TRUE(desk.wait_for(count));
    EXPECT_EQ(consumer.close(), std::nullopt);
    EXPECT_EQ(desk.overlaps(), 0);
    EXPECT_EQ(desk.disorders(), 0);
}

std::string sum16_lane(std::string_view key, std::uint32_t lanes) {
    std::uint32_t sum = 0;
    for (const char letter : key) {
        sum += static_cast<unsigned char>(letter);
    }
    return std::to_string((sum & 0xFFFFU) % lanes);
}

}  // namespace

TEST_F(LanesTest, VP1_VP2_VP4_keeps_the_order_of_each_of_more_lanes_than_handlers) {
    const std::string topic = make_topic(2);
    const std::string group = unique("g");
    produce(topic, 2'000, 100);
    ConsumerOptions settings = options(topic, group);
    settings.engine.ordering = Ordering::virtual_partition;
    settings.engine.concurrency_max = 4;
    settings.engine.virtual_partitions.max_partitions = 7;
    Desk desk;
    Consumer consumer = open(settings);
    expect_lanes(consumer, desk, 2'000, [](const Record& record) {
        return sum16_lane(as_text(record.key), 7);
    });
    EXPECT_EQ(desk.lanes(), 14U) << "7 of each partition";
    EXPECT_EQ(consumer.status().partitioner_failures, 0U);
    EXPECT_EQ(committed(topic, group, 2).first, 2'000);
}

TEST_F(LanesTest, VP1_VP8_VP14_user_code_chooses_lanes_and_what_it_fails_for_goes_to_lane_0) {
    const std::string topic = make_topic(1);
    produce(topic, 500, 20);
    ConsumerOptions settings = options(topic, unique("g"));
    settings.engine.ordering = Ordering::virtual_partition;
    settings.engine.virtual_partitions.max_partitions = 5;
    settings.partitioner = [](const Record& record) -> PartitionKey {
        if (record.offset.value() % 10 == 3) throw std::runtime_error("no tenant");
        return as_text(record.key);
    };
    settings.reducer =
        Reducer{"last-letter", [](PartitionKey key, std::uint32_t lanes) {
                    const auto last = static_cast<std::int64_t>(key->back());
                    // One key's lane does not exist.
                    return *key == "key-19" ? std::int64_t{lanes} : last % std::int64_t{lanes};
                }};
    std::atomic<std::uint64_t> told = 0;
    settings.listener.on_notice = [&](const EngineNotice& notice) {
        if (notice.kind == "partitioner_failed") ++told;
    };
    Desk desk;
    Consumer consumer = open(settings);
    expect_lanes(consumer, desk, 500, [](const Record& record) -> std::string {
        const std::string_view key = as_text(record.key);
        const bool fails = record.offset.value() % 10 == 3 || key == "key-19";
        return std::to_string(fails ? 0 : key.back() % 5);
    });
    EXPECT_EQ(consumer.status().partitioner_failures, 50U + 25U);
    EXPECT_GE(told, 1U);
}

TEST_F(LanesTest, VP1_random_lanes_run_records_of_one_key_side_by_side) {
    const std::string topic = make_topic(1);
    produce(topic, 200, 1);
    ConsumerOptions settings = options(topic, unique("g"));
    settings.engine.ordering = Ordering::virtual_partition;
    settings.engine.virtual_partitions.partitioner = PartitionBy::random;
    std::latch both{2};
    Desk desk;
    Consumer consumer = open(settings);
    consumer.poll([&](const RecordContext& context) {
        // The first two that run must be there at once: one lane would wait for ever.
        static std::atomic<int> started = 0;
        if (started++ < 2) both.arrive_and_wait();
        desk.end({}, {{Desk::Lane{}, place_of(context.record)}});
        return Outcome::done();
    });
    EXPECT_TRUE(desk.wait_for(200));
    EXPECT_EQ(consumer.close(), std::nullopt);
}

}  // namespace odradek
