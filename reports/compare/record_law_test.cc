#include "reports/compare/record_law.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace odradek::reports {

using namespace std::chrono_literals;

TEST(RecordLaw, TK5_gives_each_key_equally_often) {
    for (const std::uint64_t keys : {1U, 10U, 1'000U}) {
        const RecordLaw law{{.records = 10'000, .keys = {.count = keys}}};
        std::map<std::uint64_t, int> counts;
        for (std::uint64_t record = 0; record < 10'000; ++record) {
            ++counts[law.key(record)];
        }
        EXPECT_EQ(counts.size(), keys);
        for (const auto& [key, count] : counts) {
            EXPECT_EQ(count, static_cast<int>(10'000 / keys)) << key;
        }
    }
}

TEST(RecordLaw, TK5_gives_the_first_of_zipf_keys_its_share) {
    const RecordLaw law{{.records = 100'000, .keys = {.count = 1'000, .exponent = 1}}};
    int first = 0;
    for (std::uint64_t record = 0; record < 100'000; ++record) {
        first += law.key(record) == 0 ? 1 : 0;
    }
    // 1 / H(1000) = 1 / 7.485
    EXPECT_NEAR(first, 13'360, 500);
}

TEST(RecordLaw, TK5_keeps_work_within_its_range_and_uses_all_of_it) {
    Workload workload;
    workload.handler = {.kind = HandlerWork::Kind::sleep, .low = 1ms, .high = 5ms};
    const RecordLaw law{workload};
    Duration low = 1h;
    Duration high{};
    for (std::uint64_t record = 0; record < 10'000; ++record) {
        low = std::min(low, law.work(record));
        high = std::max(high, law.work(record));
    }
    EXPECT_GE(low, 1ms);
    EXPECT_LT(low, 1010us);
    EXPECT_LE(high, 5ms);
    EXPECT_GT(high, 4990us);
}

TEST(RecordLaw, TK5_writes_distinct_key_texts_and_reads_numbers_back) {
    std::set<RecordLaw::KeyText> texts;
    for (std::uint64_t key = 0; key < 10'000; ++key) {
        texts.insert(RecordLaw::key_text(key));
    }
    EXPECT_EQ(texts.size(), 10'000U);
    std::string value(100, 'x');
    RecordLaw::write_number(123'456, value);
    EXPECT_EQ(RecordLaw::read_number(value), 123'456U);
    EXPECT_EQ(value[8], 'x');
}

TEST(RecordLaw, TK5_ideal_time_is_all_work_over_all_workers_or_the_heaviest_lane) {
    Workload workload{.records = 100, .partitions = 1, .concurrency = 10};
    workload.keys.count = 100;
    workload.handler = {.kind = HandlerWork::Kind::sleep, .low = 20ms, .high = 20ms};
    EXPECT_EQ(ideal_time(workload, Lanes::none), 200ms);
    EXPECT_EQ(ideal_time(workload, Lanes::key), 200ms);
    EXPECT_EQ(ideal_time(workload, Lanes::partition), 2s);
    EXPECT_EQ(ideal_time(workload, Lanes::one), 2s);
    workload.keys.count = 4;
    EXPECT_EQ(ideal_time(workload, Lanes::key), 500ms);
    workload.members = 2;
    EXPECT_EQ(ideal_time(workload, Lanes::none), 100ms);
    workload.handler = {};
    EXPECT_EQ(ideal_time(workload, Lanes::one), Duration{0});
}

TEST(RecordLaw, TK5_chooses_partitions_as_kafka_does) {
    const RecordLaw law{{.partitions = 6}};
    // murmur2 of the key's sixteen digits, as engine/base/hash_test.cc holds it against Kafka's
    std::set<std::uint32_t> partitions;
    for (std::uint64_t record = 0; record < 1'000; ++record) {
        partitions.insert(law.partition(record));
    }
    EXPECT_EQ(partitions, (std::set<std::uint32_t>{0, 1, 2, 3, 4, 5}));
}

}  // namespace odradek::reports
