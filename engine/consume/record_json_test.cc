#include "engine/consume/record_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace odradek::consume {

namespace {

using nlohmann::json;

Bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text.data(), text.size()});
}

Record record_with(Bytes key, Bytes value) {
    Record record;
    record.topic = "orders";
    record.partition = PartitionId{3};
    record.offset = Offset{17};
    record.key = key;
    record.value = value;
    return record;
}

json parsed(const Record& record) {
    std::string line;
    append_record_json({.record = record, .attempt = 2, .assignment = Epoch{5}}, line);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    return json::parse(line);
}

}  // namespace

TEST(RecordJson, has_every_field_of_the_contract) {
    Record record = record_with(bytes_of("k"), bytes_of("v"));
    record.timestamp = Timestamp{std::chrono::milliseconds{1'700'000'000'123}};
    EXPECT_EQ(
        parsed(record),
        json::parse(R"({"topic":"orders","partition":3,"offset":17,"key":"k","value":"v",
                        "headers":[],"timestamp":1700000000123,"attempt":2,"assignment":5})")
    );
}

TEST(RecordJson, tells_a_missing_value_from_an_empty_one) {
    const json line = parsed(record_with(std::nullopt, bytes_of("")));
    EXPECT_TRUE(line["key"].is_null());
    EXPECT_EQ(line["value"], "");
    EXPECT_TRUE(line["timestamp"].is_null());
}

TEST(RecordJson, writes_bytes_that_are_no_text_as_base64) {
    const json line = parsed(record_with(bytes_of("\xFF\x00\x01"), bytes_of("a\nb\"\\")));
    EXPECT_EQ(line["key"], json::parse(R"({"base64":"/w=="})"));  // the literal ends at its NUL
    EXPECT_EQ(line["value"], "a\nb\"\\");
}

TEST(RecordJson, keeps_order_and_repetition_of_headers) {
    Record record = record_with(std::nullopt, std::nullopt);
    record.read_headers = [](const void*) {
        return std::vector<Header>{
            {"b", bytes_of("1")}, {"a", std::nullopt}, {"b", bytes_of("\xFE")}};
    };
    EXPECT_EQ(
        parsed(record)["headers"],
        json::parse(R"([{"name":"b","value":"1"},{"name":"a","value":null},
                        {"name":"b","value":{"base64":"/g=="}}])")
    );
}

}  // namespace odradek::consume
