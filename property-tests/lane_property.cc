// Whatever keys and reducers: every record has one lane, equal keys share it, and it is the same at
// every delivery (VP-1, VP-2, VP-14).

#include "engine/base/lane_chooser.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

Record record_of(const std::optional<std::string>& key, std::int64_t offset) {
    Record record;
    record.partition = PartitionId{1};
    record.offset = Offset{offset};
    if (key) record.key = std::as_bytes(std::span{key->data(), key->size()});
    return record;
}

EngineOptions any_options() {
    EngineOptions options;
    options.ordering = Ordering::virtual_partition;
    options.virtual_partitions.max_partitions = *rc::gen::inRange(1U, 70U);
    const auto reducers = built_in_reducers();
    options.virtual_partitions.reducer =
        reducers[*rc::gen::inRange(std::size_t{0}, reducers.size())].name;
    options.hash_salt = *rc::gen::arbitrary<std::uint64_t>();
    return options;
}

}  // namespace

RC_GTEST_PROP(Lanes, VP1_every_record_has_one_lane_and_the_same_at_each_delivery, ()) {
    const LaneChooser chooser{any_options(), {}};
    const auto key = *rc::gen::maybe(rc::gen::arbitrary<std::string>());
    const std::optional<std::string> bytes = key ? std::optional{*key} : std::nullopt;
    const auto offset = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
    const auto lane = chooser.choose(record_of(bytes, offset));
    RC_ASSERT(lane.has_value());
    RC_ASSERT(lane->value() < chooser.lanes());
    const bool is_same = chooser.choose(record_of(bytes, offset)) == lane;
    RC_ASSERT(is_same);
}

RC_GTEST_PROP(Lanes, VP4_equal_keys_that_are_bound_to_a_lane_share_it, ()) {
    const EngineOptions options = any_options();
    const LaneChooser chooser{options, {}};
    const auto key = *rc::gen::arbitrary<std::string>();
    const Reducer reducer = Reducer::named(options.virtual_partitions.reducer).value();
    const auto bucket = reducer.reduce(PartitionKey{key}, chooser.lanes());
    RC_PRE(bucket.has_value() && bucket->has_value());
    for (const std::int64_t offset : {0, 7, 8'000}) {
        const auto lane = chooser.choose(record_of(key, offset));
        RC_ASSERT(lane.has_value());
        RC_ASSERT(lane->value() == **bucket);
    }
}

RC_GTEST_PROP(Lanes, VP14_no_answer_of_a_users_reducer_gives_a_lane_that_does_not_exist, ()) {
    const EngineOptions options = any_options();
    const auto answer = *rc::gen::arbitrary<std::int64_t>();
    const auto small = *rc::gen::inRange<std::int64_t>(-3, 80);
    const std::int64_t result = *rc::gen::element(answer, small);
    LaneCode code;
    code.reducer = Reducer{"any", [=](PartitionKey, std::uint32_t) { return result; }};
    const LaneChooser chooser{options, code};
    const auto lane = chooser.choose(record_of("k", 1));
    const bool exists = result >= 0 && result < std::int64_t{chooser.lanes()};
    RC_ASSERT(lane.has_value() == exists);
    if (exists) RC_ASSERT(std::int64_t{lane->value()} == result);
}

}  // namespace odradek
