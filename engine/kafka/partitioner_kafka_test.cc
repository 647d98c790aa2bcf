// Our partitioners against the originals: the Java client (run by Maven and java, see
// property-tests/golden) and librdkafka's exported functions. Label `peer`: fails where an original
// cannot be had.

#include "odradek/partitioner.h"

#include "engine/base/random.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace odradek {

namespace {

constexpr std::size_t keys_count = 100'000;
constexpr std::string_view folder = "build/peers";

/// Empty, short, UTF-8, binary of all lengths, and up to 64 KiB.
const std::vector<std::string>& sample_keys() {
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> made{
            "",
            "a",
            "тест",
            "ключ-🔑",
            "\xF0\x9F\x94\x91",
            std::string(65'536, 'x'),
            std::string(65'535, '\xFF'),
            std::string(1, '\0'),
            "user-1"};
        Random random{2024};
        while (made.size() < keys_count) {
            const bool is_long = random.chance({.part = 1, .whole = 2'000});
            std::string key(random.below(is_long ? 65'537 : 48), '\0');
            const bool is_text = random.chance({.part = 1, .whole = 3});
            for (char& letter : key) {
                letter = static_cast<char>(is_text ? 'a' + random.below(26) : random.below(256));
            }
            made.push_back(std::move(key));
        }
        return made;
    }();
    return keys;
}

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        bytes += static_cast<char>(number >> (shift - 8U) & 0xFFU);
    }
    return bytes;
}

std::uint32_t read_number(std::istream& in) {
    std::uint32_t number = 0;
    for (int i = 0; i < 4; ++i) {
        number = number << 8U | static_cast<std::uint32_t>(in.get());
    }
    return number;
}

constexpr std::uint32_t null_key = 0xFFFF'FFFF;      // in the place of a key's length
constexpr std::uint32_t no_partition = 0xFFFF'FFFF;  // RecordMetadata.UNKNOWN_PARTITION

std::uint32_t ours_or_none(const char* name, PartitionKey key, std::uint32_t partitions) {
    return Reducer::named(name).value().reduce(key, partitions).value().value_or(no_partition);
}

std::uint32_t ours(const char* name, PartitionKey key, std::uint32_t partitions) {
    return Reducer::named(name).value().reduce(key, partitions).value().value();
}

/// A producer without brokers: librdkafka's partitioners want a topic handle.
class LibrdkafkaPartitioners : public testing::Test {
protected:
    LibrdkafkaPartitioners() {
        std::string error(512, '\0');
        client_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error.data(), error.size());
        topic_ = rd_kafka_topic_new(client_, "keys", nullptr);
    }
    ~LibrdkafkaPartitioners() override {
        rd_kafka_topic_destroy(topic_);
        rd_kafka_destroy(client_);
    }

    template <typename Function>
    void expect_agreement_with_key(const char* name, Function original) {
        for (const std::string& key : sample_keys()) {
            if (key.empty()) continue;
            const std::int32_t theirs =
                original(topic_, key.data(), key.size(), 12, nullptr, nullptr);
            ASSERT_EQ(static_cast<std::uint32_t>(theirs), ours(name, key, 12)) << name;
        }
    }

    /// The one partition among 97 to which the original always sends this key, or nothing.
    template <typename Function>
    Reducer::Bucket binding(Function original, const char* key) {
        const std::size_t size = key == nullptr ? 0 : std::strlen(key);
        std::set<std::int32_t> seen;
        for (int i = 0; i < 1'000; ++i) {
            seen.insert(original(topic_, key, size, 97, nullptr, nullptr));
        }
        if (seen.size() > 1) return std::nullopt;
        return static_cast<std::uint32_t>(*seen.begin());
    }

    static Reducer::Bucket our(const char* name, PartitionKey key) {
        return Reducer::named(name).value().reduce(key, 97).value();
    }

    template <typename Function>
    void expect_agreement(const char* name, Function original) {
        for (const std::int32_t partitions : {1, 12, 1000}) {
            const auto count = static_cast<std::uint32_t>(partitions);
            std::size_t different = 0;
            for (const std::string& key : sample_keys()) {
                const std::int32_t theirs =
                    original(topic_, key.data(), key.size(), partitions, nullptr, nullptr);
                different += static_cast<std::uint32_t>(theirs) != ours(name, key, count);
            }
            EXPECT_EQ(different, 0U) << name << " among " << partitions;
            const std::int32_t without_key =
                original(topic_, nullptr, 0, partitions, nullptr, nullptr);
            EXPECT_EQ(static_cast<std::uint32_t>(without_key), ours(name, std::nullopt, count));
        }
    }

private:
    rd_kafka_t* client_ = nullptr;
    rd_kafka_topic_t* topic_ = nullptr;
};

}  // namespace

TEST(JavaProducer, puts_a_hundred_thousand_keys_where_murmur2_puts_them_and_null_keys_anywhere) {
    const std::string input = std::string(folder) + "/keys.bin";
    const std::string output = std::string(folder) + "/java_partitions.bin";
    ASSERT_EQ(std::system("mkdir -p build/peers"), 0);
    {
        std::ofstream out(input, std::ios::binary);
        out << big_endian(null_key);
        for (const std::string& key : sample_keys()) {
            out << big_endian(static_cast<std::uint32_t>(key.size())) << key;
        }
    }
    const std::string command = "property-tests/golden/run_java_partitions.sh " +
                                std::string(folder) + " <" + input + " >" + output;
    ASSERT_EQ(std::system(command.c_str()), 0) << "needs mvn, java 17 and Maven's registry";
    std::ifstream in(output, std::ios::binary);
    EXPECT_EQ(read_number(in), no_partition);  // sticky: bound to none
    EXPECT_EQ(ours_or_none("murmur2", std::nullopt, 12), no_partition);
    EXPECT_EQ(read_number(in), no_partition);
    std::size_t different = 0;
    for (const std::string& key : sample_keys()) {
        different += read_number(in) != ours("murmur2", key, 12);
        different += read_number(in) != ours("murmur2", key, 1000);
    }
    EXPECT_TRUE(in.good());
    EXPECT_EQ(in.peek(), std::ifstream::traits_type::eof());
    EXPECT_EQ(different, 0U);
}

TEST_F(LibrdkafkaPartitioners, consistent_is_ours) {
    expect_agreement("consistent", &rd_kafka_msg_partitioner_consistent);
}

TEST_F(LibrdkafkaPartitioners, murmur2_is_ours) {
    expect_agreement("rdkafka-murmur2", &rd_kafka_msg_partitioner_murmur2);
}

TEST_F(LibrdkafkaPartitioners, fnv1a_is_ours) {
    expect_agreement("rdkafka-fnv1a", &rd_kafka_msg_partitioner_fnv1a);
}

// The random variants differ only where there is no key to hash.
TEST_F(LibrdkafkaPartitioners, random_variants_are_ours_wherever_there_is_a_key) {
    expect_agreement_with_key("crc32", &rd_kafka_msg_partitioner_consistent_random);
    expect_agreement_with_key("consistent_random", &rd_kafka_msg_partitioner_consistent_random);
    expect_agreement_with_key("murmur2", &rd_kafka_msg_partitioner_murmur2_random);
    expect_agreement_with_key("murmur2_random", &rd_kafka_msg_partitioner_murmur2_random);
    expect_agreement_with_key("fnv1a", &rd_kafka_msg_partitioner_fnv1a_random);
    expect_agreement_with_key("fnv1a_random", &rd_kafka_msg_partitioner_fnv1a_random);
}

TEST_F(LibrdkafkaPartitioners, random_variants_bind_a_null_key_to_no_partition) {
    EXPECT_EQ(binding(&rd_kafka_msg_partitioner_consistent_random, nullptr), our("crc32", {}));
    EXPECT_EQ(
        binding(&rd_kafka_msg_partitioner_consistent_random, nullptr), our("consistent_random", {})
    );
    EXPECT_EQ(
        binding(&rd_kafka_msg_partitioner_murmur2_random, nullptr), our("murmur2_random", {})
    );
    EXPECT_EQ(binding(&rd_kafka_msg_partitioner_fnv1a_random, nullptr), our("fnv1a_random", {}));
    EXPECT_EQ(binding(&rd_kafka_msg_partitioner_random, nullptr), our("random", {}));
    EXPECT_EQ(our("murmur2_random", {}), std::nullopt);
}

TEST_F(LibrdkafkaPartitioners, an_empty_key_is_a_key_or_none_by_each_variant_s_rule) {
    EXPECT_EQ(binding(&rd_kafka_msg_partitioner_consistent_random, ""), our("crc32", ""));
    EXPECT_EQ(our("crc32", ""), std::nullopt);
    EXPECT_EQ(binding(&rd_kafka_msg_partitioner_murmur2_random, ""), our("murmur2_random", ""));
    EXPECT_EQ(binding(&rd_kafka_msg_partitioner_fnv1a_random, ""), our("fnv1a_random", ""));
    EXPECT_TRUE(our("murmur2_random", "").has_value());
    EXPECT_EQ(binding(&rd_kafka_msg_partitioner_random, "a"), our("random", "a"));
}

}  // namespace odradek
