#include "reports/unsafe_settings.h"

#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = UnsafeSetting::Kind;

/// 1,000 records/s of 5 ms on 3 × 16 handlers, at most ten attempts: nothing to complain of.
Deployment sound() {
    Deployment deployment;
    deployment.members = 3;
    deployment.engine.retry = {
        .delay = 1s, .attempts_max = 10, .then = AfterLastAttempt::dead_letter};
    deployment.handler.latency = {
        .kind = scenarios::Latency::Kind::uniform, .low = 0ms, .high = 10ms, .rare = {}};
    deployment.handler.retry = {.part = 1, .whole = 1'000};
    return deployment;
}

Distribution sample_of(std::uint64_t distinct, std::uint64_t heaviest) {
    Distribution keys;
    keys.weight = 1'000;
    keys.distinct_keys = distinct;
    keys.hot_keys = {{.key = "whale", .weight = heaviest}};
    return keys;
}

/// The finding about `setting`; an empty one when there is none.
UnsafeSetting found(
    const Deployment& deployment, const std::string& setting, const Distribution* keys = nullptr
) {
    const auto all = find_unsafe_settings(deployment, keys);
    const auto one = std::ranges::find(all, setting, &UnsafeSetting::setting);
    if (one == all.end()) return {};
    EXPECT_FALSE(one->remedy.empty());
    return *one;
}

}  // namespace

TEST(UnsafeSettings, are_none_of_a_sound_deployment) {
    const Distribution keys = sample_of(1'000, 5);
    const auto all = find_unsafe_settings(sound(), &keys);
    EXPECT_TRUE(all.empty()) << all.front().setting << ": " << all.front().what;
}

TEST(UnsafeSettings, name_retries_without_end_and_last_attempts_that_stop_or_lose) {
    Deployment deployment = sound();
    deployment.engine.retry.attempts_max = 0;
    EXPECT_EQ(found(deployment, "engine.retry.attempts_max").kind, Kind::danger);
    deployment.engine.retry = {.delay = 1s, .attempts_max = 3, .then = AfterLastAttempt::stop};
    EXPECT_EQ(found(deployment, "engine.retry.then").kind, Kind::danger);
    deployment.engine.retry.then = AfterLastAttempt::skip;
    EXPECT_THAT(found(deployment, "engine.retry.then").what, HasSubstr("is lost"));
}

TEST(UnsafeSettings, name_handlers_longer_than_what_the_group_waits_for) {
    Deployment deployment = sound();
    deployment.handler.latency.high = 11s;
    deployment.arrivals = {.count = 1, .per = 1s};
    EXPECT_THAT(found(deployment, "client.session_timeout").what, HasSubstr("11s"));
    EXPECT_EQ(found(deployment, "engine.revoke_wait_max").kind, Kind::notice);
    EXPECT_EQ(found(deployment, "client.max_poll_interval").setting, "");
    deployment.client.max_poll_interval = 11s;
    EXPECT_EQ(found(deployment, "client.max_poll_interval").kind, Kind::danger);
}

TEST(UnsafeSettings, name_more_load_than_the_handlers_can_take) {
    Deployment deployment = sound();
    deployment.arrivals = {.count = 10'000, .per = 1s};  // 50 handlers' work for 48
    const UnsafeSetting full = found(deployment, "engine.max_concurrency");
    EXPECT_EQ(full.kind, Kind::danger);
    EXPECT_THAT(full.what, HasSubstr("50 handlers busy, there are 48"));
    deployment.arrivals = {.count = 9'000, .per = 1s};
    EXPECT_EQ(found(deployment, "engine.max_concurrency").kind, Kind::notice);
}

TEST(UnsafeSettings, name_a_hot_key_that_one_handler_cannot_keep_up_with) {
    const Distribution keys = sample_of(1'000, 250);  // 250/s of 5 ms
    const UnsafeSetting hot = found(sound(), "engine.ordering", &keys);
    EXPECT_EQ(hot.kind, Kind::danger);
    EXPECT_THAT(hot.what, HasSubstr("key whale carries 25.0 %"));
    EXPECT_THAT(hot.what, HasSubstr("125 % of the time"));
    Deployment deployment = sound();
    deployment.engine.ordering = Ordering::unordered;
    EXPECT_EQ(found(deployment, "engine.ordering", &keys).setting, "");
}

TEST(UnsafeSettings, name_more_lanes_than_keys_or_partitions_and_more_members_than_partitions) {
    const Distribution keys = sample_of(40, 100);
    EXPECT_THAT(
        found(sound(), "engine.max_concurrency", &keys).what,
        HasSubstr("48 handlers, 40 distinct keys in the sample, so at least 8 never work")
    );
    Deployment deployment = sound();
    deployment.engine.ordering = Ordering::partition;
    EXPECT_THAT(found(deployment, "engine.max_concurrency").what, HasSubstr("at most 12 run"));
    deployment = sound();
    deployment.partitions = 2;
    const Distribution many = sample_of(1'000, 5);
    EXPECT_THAT(found(deployment, "members", &many).what, HasSubstr("1 get none"));
}

TEST(UnsafeSettings, name_an_offset_map_that_the_gaps_to_expect_will_not_let_through) {
    Deployment deployment = sound();
    EXPECT_EQ(found(deployment, "engine.retry.delay").setting, "");
    deployment.arrivals = {.count = 12'000, .per = 1s};
    deployment.handler.retry = {.part = 1, .whole = 5};
    deployment.engine.retry.delay = 2min;
    const UnsafeSetting map = found(deployment, "engine.retry.delay");
    EXPECT_EQ(map.kind, Kind::danger);
    EXPECT_THAT(map.what, HasSubstr("of 4096"));
    deployment.engine.commit.offset_map = MapFormat::none;
    EXPECT_EQ(found(deployment, "engine.commit.offset_map").kind, Kind::notice);
}

TEST(UnsafeSettings, name_a_retry_topic_that_leads_back_to_its_source) {
    Deployment deployment = sound();
    deployment.flow = {{"orders", {"orders-retry"}}, {"orders-retry", {"orders"}}};
    const UnsafeSetting circle = found(deployment, "flow");
    EXPECT_EQ(circle.kind, Kind::danger);
    EXPECT_THAT(circle.what, HasSubstr("orders → orders-retry → orders"));
}

}  // namespace odradek::reports
