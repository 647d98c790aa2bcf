#include "engine/consume/http_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;

Bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text.data(), text.size()});
}

Record some_record() {
    Record record;
    record.topic = "orders";
    record.partition = PartitionId{3};
    record.offset = Offset{17};
    record.key = bytes_of("a b/ü");
    record.value = bytes_of("v");
    return record;
}

std::vector<std::string> headers_of(const Record& record) {
    return metadata_headers({.record = record, .attempt = 2, .assignment = Epoch{5}});
}

}  // namespace

TEST(HttpExchange, puts_the_metadata_into_headers) {
    Record record = some_record();
    record.timestamp = Timestamp{1'700'000'000'123ms};
    EXPECT_THAT(
        headers_of(record),
        ::testing::ElementsAre(
            "Kafka-Topic: orders",
            "Kafka-Partition: 3",
            "Kafka-Offset: 17",
            "Kafka-Attempt: 2",
            "Kafka-Assignment: 5",
            "Kafka-Timestamp: 1700000000123",
            "Kafka-Key: a%20b%2F%C3%BC"
        )
    );
}

TEST(HttpExchange, tells_null_from_empty) {
    Record record = some_record();
    record.key = std::nullopt;
    record.value = std::nullopt;
    EXPECT_THAT(headers_of(record), ::testing::Contains("Kafka-Value: null"));
    EXPECT_THAT(
        headers_of(record), ::testing::Not(::testing::Contains(::testing::StartsWith("Kafka-Key")))
    );
}

TEST(HttpExchange, lets_no_byte_of_a_record_begin_a_header_of_its_own) {
    Record record = some_record();
    record.key = bytes_of("k\r\nEvil: 1");
    record.read_headers = [](const void*) {
        return std::vector<Header>{{"a:\n", bytes_of("x\r\ny")}, {"n", std::nullopt}};
    };
    for (const std::string& line : headers_of(record)) {
        EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << line;
    }
    EXPECT_THAT(headers_of(record), ::testing::Contains("Kafka-Header-a%3A%0A: x%0D%0Ay"));
}

TEST(HttpExchange, turns_status_codes_into_outcomes) {
    using Kind = Outcome::Kind;
    for (const auto& [status, kind] : std::vector<std::pair<int, Kind>>{
             {200, Kind::done},
             {204, Kind::done},
             {301, Kind::fail},
             {400, Kind::fail},
             {404, Kind::fail},
             {429, Kind::retry},
             {500, Kind::retry},
             {503, Kind::retry}}) {
        EXPECT_EQ(outcome_of({.status = status}).kind(), kind) << status;
    }
}

TEST(HttpExchange, keeps_the_time_that_the_endpoint_asks_for) {
    EXPECT_EQ(outcome_of({.status = 503, .retry_after = 7s}).delay(), 7s);
    EXPECT_EQ(outcome_of({.status = 503}).delay(), std::nullopt);
}

TEST(HttpExchange, gives_the_beginning_of_the_answer_as_the_reason) {
    EXPECT_EQ(
        outcome_of({.status = 422, .body = "no such customer\n"}).reason(),
        "HTTP 422: no such customer"
    );
    EXPECT_EQ(outcome_of({.status = 422, .body = "\xFF"}).reason(), "HTTP 422");
    EXPECT_LT(outcome_of({.status = 422, .body = std::string(5000, 'x')}).reason().size(), 300U);
}

}  // namespace odradek::consume
