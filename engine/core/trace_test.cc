#include "engine/core/trace.h"

#include <chrono>
#include <set>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

TraceEvent started_event() {
    TraceEvent event;
    event.at = Instant{1500us};
    event.kind = TraceEvent::Kind::started;
    event.member = 2;
    event.topic = 0;
    event.partition = PartitionId{7};
    event.offset = Offset{41};
    event.epoch = Epoch{3};
    event.attempt = 1;
    event.key = "customer-9";
    event.has_key = true;
    return event;
}

}  // namespace

TEST(Trace, writes_the_fields_in_one_fixed_order) {
    EXPECT_EQ(
        to_json_line(started_event()),
        R"({"event":"started","at_ns":1500000,"member":2,"topic":0,"partition":7,"offset":41,)"
        R"("epoch":3,"attempt":1,"key":"customer-9"})"
    );
}

TEST(Trace, leaves_out_what_a_kind_does_not_use) {
    TraceEvent event;
    event.kind = TraceEvent::Kind::fault_on;
    event.detail = "clog 0-1";
    EXPECT_EQ(to_json_line(event), R"({"event":"fault_on","at_ns":0,"detail":"clog 0-1"})");
}

TEST(Trace, tells_a_null_key_from_an_empty_one) {
    TraceEvent event = started_event();
    event.key.clear();
    EXPECT_TRUE(to_json_line(event).ends_with(R"("key":""})"));
    event.has_key = false;
    EXPECT_TRUE(to_json_line(event).ends_with(R"("key":null})"));
}

TEST(Trace, keeps_key_bytes_that_are_no_text) {
    TraceEvent event = started_event();
    event.key = "\xFE\x01";
    EXPECT_TRUE(to_json_line(event).ends_with(R"("key":{"base64":"/gE="}})"));
}

TEST(Trace, gives_every_kind_a_name_of_its_own) {
    std::set<std::string_view> names;
    const int last = static_cast<int>(TraceEvent::Kind::note);
    for (int kind = 0; kind <= last; ++kind) {
        names.insert(name_of(static_cast<TraceEvent::Kind>(kind)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
    EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace odradek
