#include "reports/compare/handled.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;

std::string value_of(std::uint64_t record) {
    std::string value(100, 'x');
    RecordLaw::write_number(record, value);
    return value;
}

Workload watched(std::uint64_t records, std::uint64_t keys) {
    Workload workload{.records = records, .keys = {.count = keys}};
    workload.handler.kind = HandlerWork::Kind::sleep;
    return workload;
}

}  // namespace

TEST(Handled, TK5_counts_and_sums_over_all_threads) {
    Handled handled{{.records = 1'000}};
    const auto half = [&](std::uint64_t from) {
        for (std::uint64_t record = from; record < 1'000; record += 2) {
            handled.handle(value_of(record), Instant{});
        }
    };
    std::thread other{half, 1};
    half(0);
    other.join();
    ASSERT_TRUE(handled.wait_for_all(1s));
    const HandledTotals totals = handled.totals();
    EXPECT_EQ(totals.handled, 1'000U);
    EXPECT_EQ(totals.sum, 999U * 1'000 / 2);
    EXPECT_EQ(totals.replayed, 0U);
    EXPECT_EQ(totals.missing, 0U);
    EXPECT_GT(totals.elapsed, Duration{0});
}

TEST(Handled, TK5_tells_replays_and_missing_records) {
    Handled handled{{.records = 3}};
    for (const std::uint64_t record : {0U, 1U, 1U}) {
        handled.handle(value_of(record), Instant{});
    }
    EXPECT_FALSE(handled.wait_for_all(1ms)) << "three ends, but record 2 is missing";
    handled.handle(value_of(2), Instant{});
    EXPECT_TRUE(handled.wait_for_all(1s));
    EXPECT_EQ(handled.totals().replayed, 1U);
    EXPECT_EQ(handled.totals().missing, 0U);
}

TEST(Handled, TK5_sees_a_key_that_runs_twice_at_once) {
    Handled handled{watched(4, 1)};
    handled.begin(0, Instant{});
    handled.begin(1, Instant{});
    handled.end(0);
    handled.end(1);
    EXPECT_EQ(handled.totals().key_overlapped, 1U);
    EXPECT_EQ(handled.totals().key_order_broken, 0U);
    EXPECT_EQ(handled.totals().peak_in_flight, 2U);
}

TEST(Handled, TK5_sees_a_record_that_starts_after_a_later_one_of_its_key) {
    Handled handled{watched(4, 1)};
    for (const std::uint64_t record : {0U, 2U, 1U}) {
        handled.begin(record, Instant{});
        handled.end(record);
    }
    EXPECT_EQ(handled.totals().key_order_broken, 1U);
    EXPECT_EQ(handled.totals().key_overlapped, 0U);
}

TEST(Handled, TK5_keeps_how_long_records_waited) {
    Handled handled{watched(2, 2)};
    handled.begin(0, Instant{});
    handled.end(0);
    ASSERT_EQ(handled.totals().waits_ns.size(), 1U);
    EXPECT_GT(handled.totals().waits_ns[0], 0);
}

}  // namespace odradek::reports
