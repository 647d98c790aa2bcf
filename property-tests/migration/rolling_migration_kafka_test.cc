// A group moves from the Java peer to Odradek and back, on a real broker and with the peer's own
// jar (PC-14). Evidence are the ledgers of the handlers and what the broker has stored.

#include "odradek/consumer.h"

#include "engine/core/offsets/codec.h"
#include "engine/kafka/group_offsets.h"
#include "engine/kafka/producer.h"
#include "engine/local_kafka/kafka_fixture.h"
#include "property-tests/migration/peer_process.h"

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <sstream>

namespace odradek {

namespace {

using namespace std::chrono_literals;

using PartitionOffset = std::pair<int, std::int64_t>;
using Records = std::set<PartitionOffset>;

constexpr int partitions = 3;
constexpr std::int64_t keys = 25;  // offset n of a partition has the key n % 25

/// Every record in the order in which it was processed, by whoever.
class Ledger {
public:
    void write(PartitionOffset record) {
        const std::lock_guard lock{mutex_};
        ++runs_[record];
        changed_.notify_all();
    }

    [[nodiscard]] Records done() const {
        const std::lock_guard lock{mutex_};
        return unlocked_done();
    }

    /// What was processed more than once.
    [[nodiscard]] Records replayed() const {
        const std::lock_guard lock{mutex_};
        Records again;
        for (const auto& [record, count] : runs_) {
            if (count > 1) again.insert(record);
        }
        return again;
    }

    [[nodiscard]] bool wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 30s, [&] { return runs_.size() >= count; });
    }

private:
    [[nodiscard]] Records unlocked_done() const {
        Records done;
        for (const auto& [record, count] : runs_) {
            done.insert(record);
        }
        return done;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<PartitionOffset, int> runs_;
};

Records without(const Records& all, const Records& some) {
    Records rest;
    std::ranges::set_difference(all, some, std::inserter(rest, rest.end()));
    return rest;
}

/// All that can be done of the first `end` records of each partition while `stuck` ones never
/// finish: in key order nothing behind them runs.
Records reachable(Records done, const Records& stuck, std::int64_t end) {
    for (int partition = 0; partition < partitions; ++partition) {
        std::set<std::int64_t> held;
        for (std::int64_t offset = 0; offset < end; ++offset) {
            const PartitionOffset record{partition, offset};
            if (done.contains(record)) continue;
            const bool is_held = held.contains(offset % keys) || stuck.contains(record);
            is_held ? held.insert(offset % keys).second : done.insert(record).second;
        }
    }
    return done;
}

/// The map that a group must have stored when exactly `done` is done.
OffsetMap map_of_done(const Records& done, int partition) {
    std::vector<OffsetRange> ranges;
    for (const auto& [at, offset] : done) {
        if (at == partition) ranges.push_back({Offset{offset}, Offset{offset + 1}});
    }
    return make_offset_map(Offset{0}, std::move(ranges));
}

class RollingMigration : public local_kafka::KafkaTest {
protected:
    /// Appends records up to `end` to each partition.
    void produce_up_to(std::int64_t end) {
        auto producer = kafka::KafkaProducer::open(bootstrap(), {});
        ASSERT_TRUE(producer.has_value());
        std::int64_t acknowledged = 0;
        for (int partition = 0; partition < partitions; ++partition) {
            for (std::int64_t offset = produced_; offset < end; ++offset) {
                const std::string key = "key-" + std::to_string(offset % keys);
                const kafka::OutgoingRecord record{
                    .topic = topic_,
                    .partition = PartitionId{partition},
                    .key = std::as_bytes(std::span{key}),
                    .value = Bytes{}};
                ASSERT_TRUE(producer->send(record, 0).has_value());
            }
        }
        ASSERT_TRUE(producer->flush(30s, [&](const kafka::Delivery& delivery) {
            acknowledged += delivery.error ? 0 : 1;
        }));
        ASSERT_EQ(acknowledged, partitions * (end - produced_));
        produced_ = end;
    }

    /// The Java peer takes its turn until nothing more can be done, then stops cleanly.
    void run_peer(const Records& stuck) {
        const Records goal = reachable(ledger_.done(), stuck, produced_);
        const std::string classes = ODRADEK_PEER_FOLDER "/lib/*";
        std::vector<std::string> argv{
            "java",
            "-Xmx512m",
            "-cp",
            classes,
            ODRADEK_MIGRATION_PEER,
            bootstrap(),
            group_,
            topic_};
        for (const auto& [partition, offset] : stuck) {
            argv.push_back(fmt::format("{}:{}", partition, offset));
        }
        PeerProcess peer{argv};
        bool has_closed = false;
        bool is_asked = false;
        while (const auto line = peer.read_line(30s)) {
            std::istringstream words{*line};
            std::string word;
            PartitionOffset record;
            if (words >> word >> record.first >> record.second && word == "done") {
                ledger_.write(record);
            }
            has_closed = has_closed || *line == "closed";
            if (!is_asked && ledger_.done().size() >= goal.size()) {
                is_asked = true;
                peer.ask_to_stop();
            }
        }
        ASSERT_TRUE(has_closed) << "the peer was not heard of for 30 s or died, see above; done: "
                                << ledger_.done().size() << " of " << goal.size();
        EXPECT_EQ(peer.wait(), 0);
        EXPECT_EQ(without(goal, ledger_.done()), Records{}) << "not done";
        EXPECT_EQ(without(ledger_.done(), goal), Records{}) << "done out of key order";
    }

    /// Odradek does.
    void run_engine(const Records& stuck) {
        const Records goal = reachable(ledger_.done(), stuck, produced_);
        ConsumerOptions options{.brokers = bootstrap(), .group = group_, .topics = {topic_}};
        options.engine.commit = {.interval = 100ms, .offset_map = MapFormat::confluent};
        auto consumer = Consumer::open(options);
        ASSERT_TRUE(consumer.has_value()) << to_string(consumer.error());
        consumer->poll([&](const RecordContext& context) {
            const PartitionOffset record{
                context.record.partition.value(), context.record.offset.value()};
            if (stuck.contains(record)) return Outcome::retry(1h, "stuck until the end");
            ledger_.write(record);
            return Outcome::done();
        });
        const bool has_reached = ledger_.wait_for(goal.size());
        EXPECT_EQ(consumer->close(), std::nullopt);
        EXPECT_TRUE(has_reached) << ledger_.done().size() << " of " << goal.size();
        EXPECT_EQ(without(goal, ledger_.done()), Records{}) << "not done";
        EXPECT_EQ(without(ledger_.done(), goal), Records{}) << "done out of key order";
    }

    /// What is stored is what is done: no more, which would be lost, and no less, which would be
    /// replayed. Returns the texts by partition.
    std::vector<std::string> expect_stored() {
        const auto stored =
            kafka::read_group_offsets({.brokers = bootstrap(), .group = group_, .topic = topic_});
        EXPECT_TRUE(stored.has_value());
        std::vector<std::string> texts(partitions);
        if (!stored) return texts;
        EXPECT_EQ(stored->size(), static_cast<std::size_t>(partitions));
        for (const kafka::GroupOffset& offset : *stored) {
            const int partition = offset.partition.partition.value();
            const auto decoded = decode(offset.metadata, offset.next_to_read, Offset{produced_});
            EXPECT_TRUE(decoded.has_value()) << offset.metadata;
            if (!decoded) continue;
            EXPECT_NE(decoded->format, MapFormat::odradek) << "the peer must be able to read it";
            EXPECT_EQ(to_string(decoded->map), to_string(map_of_done(ledger_.done(), partition)))
                << "partition " << partition << ": " << offset.metadata;
            texts[static_cast<std::size_t>(partition)] = offset.metadata;
        }
        return texts;
    }

    std::string topic_ = make_topic(partitions);
    std::string group_ = unique("g");
    std::int64_t produced_ = 0;
    Ledger ledger_;
};

}  // namespace

TEST_F(RollingMigration, PC14_goes_from_the_peer_to_odradek_and_back_without_replay_or_loss) {
    produce_up_to(200);
    run_peer({{0, 5}, {0, 62}, {1, 17}, {2, 199}});
    ASSERT_FALSE(HasFailure());
    const std::vector<std::string> of_peer = expect_stored();
    EXPECT_FALSE(of_peer[0].empty());
    EXPECT_EQ(of_peer[2], "bgAA") << "a map that says nothing, which we must take for none";

    produce_up_to(300);
    run_engine({{0, 5}, {1, 250}});
    ASSERT_FALSE(HasFailure());
    const std::vector<std::string> of_engine = expect_stored();
    EXPECT_FALSE(of_engine[0].empty());
    EXPECT_FALSE(of_engine[1].empty());

    produce_up_to(350);
    run_peer({});
    EXPECT_EQ(expect_stored(), std::vector<std::string>(partitions)) << "all is done";
    EXPECT_EQ(ledger_.replayed(), Records{});
    EXPECT_EQ(ledger_.done().size(), static_cast<std::size_t>(partitions * produced_));
}

TEST_F(RollingMigration, PC14_starts_with_odradek_and_gives_the_group_to_the_peer) {
    produce_up_to(100);
    run_engine({{0, 0}, {1, 99}, {2, 50}});
    ASSERT_FALSE(HasFailure());
    EXPECT_EQ(expect_stored()[1], "") << "nothing is done above";
    run_peer({{0, 0}});
    ASSERT_FALSE(HasFailure());
    expect_stored();
    run_engine({});
    EXPECT_EQ(expect_stored(), std::vector<std::string>(partitions)) << "all is done";
    EXPECT_EQ(ledger_.replayed(), Records{});
}

}  // namespace odradek
