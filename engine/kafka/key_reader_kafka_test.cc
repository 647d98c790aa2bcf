#include "engine/kafka/key_reader.h"
#include "engine/kafka/producer.h"
#include "engine/local_kafka/kafka_fixture.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <librdkafka/rdkafka.h>

namespace odradek::kafka {

namespace {

using namespace std::chrono_literals;

/// Key as text, "(null)" for none; partition.
using Placed = std::pair<std::string, std::int32_t>;

Bytes bytes_of(const std::string& text) {
    const auto* const data = reinterpret_cast<const std::byte*>(text.data());
    return Bytes{std::span{data, text.size()}};
}

class KeyReader : public local_kafka::KafkaTest {
protected:
    KeyReaderOptions options_for(const std::string& topic) {
        return {.topic = topic, .brokers = bootstrap()};
    }

    /// `count` records "k0", "k1", … dealt over the partitions.
    void produce(const std::string& topic, int partitions, int count) {
        auto producer = KafkaProducer::open(bootstrap(), {});
        ASSERT_TRUE(producer.has_value());
        for (int i = 0; i < count; ++i) {
            const std::string key = "k" + std::to_string(i);
            const OutgoingRecord record{
                .topic = topic,
                .partition = PartitionId{i % partitions},
                .key = bytes_of(key),
                .value = bytes_of(key),
                .headers = {}};
            ASSERT_TRUE(producer->send(record, static_cast<std::uint64_t>(i)).has_value());
        }
        ASSERT_TRUE(producer->flush(30s, [](const Delivery& delivery) {
            EXPECT_FALSE(delivery.error.has_value());
        }));
    }

    /// A null and an empty key, as librdkafka's plain call sends them.
    static void produce_null_and_empty(const std::string& topic) {
        std::string reason(512, '\0');
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap().c_str(), nullptr, 0);
        rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size());
        ASSERT_NE(producer, nullptr) << reason;
        rd_kafka_topic_t* handle = rd_kafka_topic_new(producer, topic.c_str(), nullptr);
        for (const char* key : {static_cast<const char*>(nullptr), ""}) {
            EXPECT_EQ(rd_kafka_produce(handle, 0, 0, nullptr, 0, key, 0, nullptr), 0);
        }
        EXPECT_EQ(rd_kafka_flush(producer, 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
        rd_kafka_topic_destroy(handle);
        rd_kafka_destroy(producer);
    }

    static std::vector<Placed> read(const KeyReaderOptions& options) {
        std::uint32_t partitions = 0;
        auto source = open_topic_keys(options, partitions);
        EXPECT_TRUE(source.has_value()) << to_string(source.error());
        if (!source) return {};
        std::vector<Placed> all;
        for (auto batch = (*source)->next(); !batch.empty(); batch = (*source)->next()) {
            for (const KeyRecord& record : batch) {
                all.emplace_back(
                    record.has_key ? std::string(record.key) : "(null)", record.partition
                );
            }
        }
        EXPECT_EQ((*source)->mistakes().count(), 0U);
        std::ranges::sort(all);
        return all;
    }

    static std::set<std::string> groups() {
        std::string reason(512, '\0');
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap().c_str(), nullptr, 0);
        rd_kafka_t* client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason.data(), reason.size());
        const struct rd_kafka_group_list* list = nullptr;
        EXPECT_EQ(rd_kafka_list_groups(client, nullptr, &list, 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
        std::set<std::string> names;
        for (int i = 0; list != nullptr && i < list->group_cnt; ++i) {
            names.insert(list->groups[i].group);
        }
        rd_kafka_group_list_destroy(list);
        rd_kafka_destroy(client);
        return names;
    }
};

Errc refusal(const KeyReaderOptions& options) {
    std::uint32_t partitions = 0;
    const auto source = open_topic_keys(options, partitions);
    EXPECT_FALSE(source.has_value());
    return source ? Errc{} : source.error().code;
}

}  // namespace

TEST_F(KeyReader, reads_every_key_of_a_topic_with_its_partition_and_leaves_no_group_behind) {
    const std::string topic = make_topic(3);
    produce(topic, 3, 3'000);
    const auto groups_before = groups();
    std::uint32_t partitions = 0;
    ASSERT_TRUE(open_topic_keys(options_for(topic), partitions).has_value());
    EXPECT_EQ(partitions, 3U);
    std::vector<Placed> expected;
    for (int i = 0; i < 3'000; ++i) {
        expected.emplace_back("k" + std::to_string(i), i % 3);
    }
    std::ranges::sort(expected);
    EXPECT_EQ(read(options_for(topic)), expected);
    for (const std::string& group : groups()) {  // other tests of this broker make groups, too
        EXPECT_TRUE(groups_before.contains(group) || !group.contains("odradek-distribution"));
        EXPECT_FALSE(group.contains(topic));
    }
}

TEST_F(KeyReader, tells_null_keys_from_empty_ones) {
    const std::string topic = make_topic(1);
    produce_null_and_empty(topic);
    EXPECT_EQ(read(options_for(topic)), (std::vector<Placed>{{"", 0}, {"(null)", 0}}));
}

TEST_F(KeyReader, takes_the_newest_records_of_each_partition_as_a_sample) {
    const std::string topic = make_topic(2);
    produce(topic, 2, 1'000);
    KeyReaderOptions options = options_for(topic);
    options.records_max = 10;
    EXPECT_THAT(
        read(options),
        testing::ElementsAre(
            Placed{"k990", 0},
            Placed{"k991", 1},
            Placed{"k992", 0},
            Placed{"k993", 1},
            Placed{"k994", 0},
            Placed{"k995", 1},
            Placed{"k996", 0},
            Placed{"k997", 1},
            Placed{"k998", 0},
            Placed{"k999", 1}
        )
    );
}

TEST_F(KeyReader, ends_at_once_where_a_topic_is_empty) {
    EXPECT_TRUE(read(options_for(make_topic(4))).empty());
}

TEST_F(KeyReader, says_what_is_wrong_with_the_topic_and_with_properties) {
    KeyReaderOptions options = options_for(unique("nothing"));
    EXPECT_EQ(refusal(options), Errc::unknown_topic);
    options.topic = make_topic(1);
    options.properties = {{"security.protocl", "ssl"}};
    EXPECT_EQ(refusal(options), Errc::invalid_options);
    options.properties = {{"group.id", "mine"}};
    EXPECT_EQ(refusal(options), Errc::invalid_options);
    options.properties = {
        {"security.protocol", "sasl_plaintext"},
        {"sasl.mechanism", "PLAIN"},
        {"sasl.username", "ann"},
        {"sasl.password", "secret"}};
    options.timeout_ms = 3'000;
    EXPECT_NE(refusal(options), Errc::unknown_topic);  // the plain listener does not talk SASL
    options.properties = {{"fetch.min.bytes", "1"}, {"security.protocol", "plaintext"}};
    options.timeout_ms = 10'000;
    EXPECT_TRUE(read(options).empty());
}

}  // namespace odradek::kafka
