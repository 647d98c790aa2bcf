#include "engine/core/commit/fingerprint.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

EngineOptions with(std::map<std::string, std::string> must_match, Ordering ordering) {
    return {.ordering = ordering, .commit = {.must_match = std::move(must_match)}};
}

std::optional<Fingerprint> fingerprint(const EngineOptions& options) {
    return encoding_of(options).fingerprint;
}

}  // namespace

TEST(Fingerprint, PS7_is_of_the_settings_in_the_order_of_their_names) {
    const EngineOptions options =
        with({{"segments", "5"}, {"partitioner", "customer"}}, Ordering::key);
    EXPECT_EQ(settings_of(options), "partitioner=customer segments=5");
    EXPECT_EQ(fingerprint_of("partitioner=customer segments=5"), Fingerprint{0xCD84'0424});
}

TEST(Fingerprint, PS7_says_nothing_where_nothing_must_match) {
    for (const Ordering ordering : {Ordering::key, Ordering::unordered, Ordering::partition}) {
        EXPECT_EQ(fingerprint(with({}, ordering)), std::nullopt);
        EXPECT_EQ(mismatch(std::nullopt, with({}, ordering)), std::nullopt);
    }
    EXPECT_EQ(settings_of(with({}, Ordering::virtual_partition)), "ordering=virtual_partition");
}

TEST(Fingerprint, PS7_agrees_with_equal_settings_and_with_texts_that_carry_none) {
    const EngineOptions options = with({{"segments", "5"}}, Ordering::key);
    EXPECT_EQ(mismatch(fingerprint(options), options), std::nullopt);
    EXPECT_EQ(mismatch(std::nullopt, options), std::nullopt);
}

TEST(Fingerprint, PS7_names_both_settings_and_the_way_out) {
    const EngineOptions ours = with({{"segments", "5"}}, Ordering::key);
    const EngineOptions more = with({{"segments", "7"}}, Ordering::key);
    const auto text = mismatch(fingerprint(more), ours);
    ASSERT_TRUE(text.has_value());
    EXPECT_NE(text->find("committed under 'segments=7' (fingerprint "), text->npos) << *text;
    EXPECT_NE(text->find("this member has 'segments=5' ("), text->npos) << *text;
    EXPECT_NE(text->find("set commit.may_replace to "), text->npos) << *text;
}

TEST(Fingerprint, PS7_finds_the_committed_settings_where_a_setting_or_the_ordering_differs) {
    const EngineOptions ours =
        with({{"partitioner", "customer"}, {"virtual_partitions", "10"}}, Ordering::key);
    const auto said = [&](const EngineOptions& committed) {
        return mismatch(fingerprint(committed), ours).value_or("");
    };
    EXPECT_NE(
        said(with({{"partitioner", "customer"}}, Ordering::key)).find("'partitioner=customer'"),
        std::string::npos
    );
    EngineOptions lanes = ours;
    lanes.ordering = Ordering::virtual_partition;
    lanes.commit.must_match["virtual_partitions"] = "64";
    EXPECT_NE(
        said(lanes).find("'ordering=virtual_partition partitioner=customer virtual_partitions=64'"),
        std::string::npos
    );
    EXPECT_NE(
        said(with({{"partitioner", "country"}}, Ordering::key)).find("settings unknown here"),
        std::string::npos
    );
}

TEST(Fingerprint, PS7_refuses_a_member_without_settings_where_some_are_committed) {
    const auto text =
        mismatch(fingerprint(with({{"segments", "5"}}, Ordering::key)), with({}, Ordering::key));
    ASSERT_TRUE(text.has_value());
    EXPECT_NE(text->find("no settings that must match"), text->npos) << *text;
}

TEST(Fingerprint, PS7_may_be_replaced_only_where_an_option_says_so) {
    CommitOptions options;
    EXPECT_FALSE(may_replace(Fingerprint{7}, options));
    options.may_replace = 7;
    EXPECT_TRUE(may_replace(Fingerprint{7}, options));
    EXPECT_FALSE(may_replace(Fingerprint{8}, options));
    options.on_mismatch = SettingsMismatch::replace;
    EXPECT_TRUE(may_replace(Fingerprint{8}, options));
}

}  // namespace odradek
