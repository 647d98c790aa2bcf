// How a team puts its own handler through chaos, in its own test program: it links odradek::chaos
// and GoogleTest, and needs neither a broker nor a network.

#include "odradek/chaos.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace {

using odradek::Outcome;
using odradek::RecordContext;

/// Stands for the service's database: it outlives the processes that write to it.
struct Accounts {
    std::map<std::string, int> payments;            ///< by customer
    std::set<std::pair<int, std::int64_t>> booked;  ///< partition and offset

    [[nodiscard]] int total() const {
        int sum = 0;
        for (const auto& [customer, count] : payments) {
            sum += count;
        }
        return sum;
    }
};

/// A handler as in many services: it adds up, and what is delivered again is added again.
Outcome book(Accounts& accounts, const RecordContext& context) {
    ++accounts.payments[std::string(odradek::as_text(context.record.key))];
    return Outcome::done();
}

/// The cure: each payment is booked under an identity of its own.
Outcome book_once(Accounts& accounts, const RecordContext& context) {
    const auto& record = context.record;
    if (!accounts.booked.emplace(record.partition.value(), record.offset.value()).second) {
        return Outcome::skip("booked before");
    }
    return book(accounts, context);
}

/// The options of the service, as it gives them to Consumer::open().
odradek::EngineOptions service_options() {
    odradek::EngineOptions options;
    options.concurrency_max = 8;
    options.retry.delay = std::chrono::milliseconds{50};
    options.commit.interval = std::chrono::seconds{1};
    return options;
}

}  // namespace

TEST(Payments, are_booked_exactly_once_however_often_processes_die) {
    Accounts accounts;
    const odradek::chaos::Trial trial{
        .scenario = "rebalance/crash-and-return",
        .make_handler =
            [&](int /*member*/) {
                return [&](const RecordContext& context) { return book_once(accounts, context); };
            },
        .engine = service_options()};
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        accounts = {};
        const auto result = odradek::chaos::run(trial, seed);
        ASSERT_TRUE(result.has_value()) << result.error();
        EXPECT_TRUE(result->passed) << result->story;
        EXPECT_EQ(accounts.total(), static_cast<int>(result->records)) << "seed " << seed;
    }
}

TEST(Payments, booked_without_an_identity_are_booked_twice_and_chaos_finds_it) {
    Accounts accounts;
    const odradek::chaos::Trial trial{
        .scenario = "rebalance/crash-and-return",
        .make_handler =
            [&](int /*member*/) {
                return [&](const RecordContext& context) { return book(accounts, context); };
            },
        .engine = service_options()};
    const auto result = odradek::chaos::run(trial, 1);
    ASSERT_TRUE(result.has_value()) << result.error();
    EXPECT_TRUE(result->passed) << "the engine keeps its promises: at least once, in order";
    EXPECT_GT(accounts.total(), static_cast<int>(result->records)) << "and the service does not";
}
