#pragma once

#include "odradek/consumer.h"

#include "engine/kafka/consumer.h"
#include "engine/kafka/producer.h"
#include "engine/local_kafka/kafka_fixture.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace odradek {

using PartitionOffset = std::pair<int, std::int64_t>;

/// What handlers did, in the order of the ledger's lock.
class Ledger {
public:
    struct Entry {
        PartitionOffset record;
        std::string key;
        std::uint32_t attempt;
        bool is_start;
    };

    void write(const RecordContext& context, bool is_start) {
        const std::lock_guard lock{mutex_};
        entries_.push_back(
            {{context.record.partition.value(), context.record.offset.value()},
             std::string(as_text(context.record.key)),
             context.attempt,
             is_start}
        );
        if (!is_start) end_last();
    }

    /// The latest run of this record has ended.
    void end(const PartitionOffset& record) {
        const std::lock_guard lock{mutex_};
        const auto start =
            std::ranges::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
                return entry.is_start && entry.record == record;
            });
        Entry entry = *start;
        entry.is_start = false;
        entries_.push_back(entry);
        end_last();
    }

    /// Waits until so many different records have ended.
    [[nodiscard]] bool wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{60}, [&] {
            return ended_.size() >= count;
        });
    }

    [[nodiscard]] std::vector<Entry> entries() const {
        const std::lock_guard lock{mutex_};
        return entries_;
    }

private:
    void end_last() {
        ended_.insert(entries_.back().record);
        changed_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Entry> entries_;
    std::set<PartitionOffset> ended_;
};

inline Outcome done(Ledger& ledger, const RecordContext& context) {
    ledger.write(context, true);
    ledger.write(context, false);
    return Outcome::done();
}

/// Topics, records and consumers on the test cluster.
class KafkaConsumerTest : public local_kafka::KafkaTest {
protected:
    static ConsumerOptions options(const std::string& topic, const std::string& group) {
        ConsumerOptions options{.brokers = bootstrap(), .group = group, .topics = {topic}};
        options.engine.commit.interval = std::chrono::milliseconds{100};
        options.properties = {{"session.timeout.ms", "6000"}, {"heartbeat.interval.ms", "500"}};
        return options;
    }

    static Consumer open(const ConsumerOptions& options) {
        auto consumer = Consumer::open(options);
        if (!consumer) throw std::runtime_error(to_string(consumer.error()));
        return std::move(*consumer);
    }

    /// Puts `count` records with keys key-0 … key-(keys − 1) in turn into the topic.
    static void produce(const std::string& topic, int count, int keys) {
        auto producer = kafka::KafkaProducer::open(bootstrap(), {});
        ASSERT_TRUE(producer.has_value());
        int acknowledged = 0;
        const auto take = [&](const kafka::Delivery& delivery) {
            acknowledged += delivery.error ? 0 : 1;
        };
        for (int number = 0; number < count; ++number) {
            const std::string key = "key-" + std::to_string(number % keys);
            const kafka::OutgoingRecord record{
                .topic = topic, .key = std::as_bytes(std::span{key}), .value = Bytes{}};
            ASSERT_TRUE(producer->send(record, 0).has_value());
        }
        ASSERT_TRUE(producer->flush(std::chrono::seconds{30}, take));
        ASSERT_EQ(acknowledged, count);
    }

    /// What the broker has stored for the group: sum of the offsets, and whether any text is there.
    static std::pair<std::int64_t, bool> committed(
        const std::string& topic, const std::string& group, int partitions
    ) {
        ConsumerOptions reader = options(topic, group);
        auto client = kafka::KafkaConsumer::open(reader);
        if (!client) throw std::runtime_error(to_string(client.error()));
        FetchCommitted fetch;
        for (int partition = 0; partition < partitions; ++partition) {
            fetch.partitions.push_back({client->intern({topic, PartitionId{partition}}), Epoch{1}});
        }
        std::int64_t sum = 0;
        bool has_text = false;
        for (const CommittedOffset& offset : client->fetch_committed(fetch)().offsets) {
            sum += std::max<std::int64_t>(offset.next_to_read.value(), 0);
            has_text = has_text || !offset.metadata.empty();
        }
        return {sum, has_text};
    }
};

}  // namespace odradek
