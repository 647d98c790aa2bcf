#include "engine/consume/http_endpoint.h"

#include "engine/consume/http_test_server.h"

#include <barrier>
#include <future>

#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;

Bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text.data(), text.size()});
}

HttpEndpoint opened(const HttpEndpoint::Options& options) {
    setenv("no_proxy", "127.0.0.1", 1);
    auto endpoint = HttpEndpoint::open(options);
    EXPECT_TRUE(endpoint.has_value());
    return std::move(*endpoint);
}

HttpEndpoint opened(const std::string& url, Duration answer_within = 30s) {
    return opened({.url = url, .headers = {}, .answer_within = answer_within, .connections_max = 8}
    );
}

std::future<Outcome> post(HttpEndpoint& endpoint, std::string_view value) {
    Record record;
    record.topic = "t";
    record.value = bytes_of(value);
    auto answer = std::make_shared<std::promise<Outcome>>();
    endpoint.post(
        {.record = record, .attempt = 1, .assignment = Epoch{1}},
        [answer](Outcome outcome) { answer->set_value(std::move(outcome)); }
    );
    return answer->get_future();
}

}  // namespace

TEST(HttpEndpoint, posts_the_value_and_the_headers) {
    std::promise<HttpTestServer::Request> seen;
    HttpTestServer server{[&](const HttpTestServer::Request& request) {
        seen.set_value(request);
        return "204 No Content\r\n\r\n";
    }};
    HttpEndpoint endpoint = opened(
        {.url = server.url("/orders"),
         .headers = {"Authorization: Bearer x"},
         .answer_within = 30s,
         .connections_max = 1}
    );
    EXPECT_EQ(post(endpoint, "the value").get().kind(), Outcome::Kind::done);
    const HttpTestServer::Request request = seen.get_future().get();
    EXPECT_TRUE(request.head.starts_with("POST /orders HTTP/1.1\r\n")) << request.head;
    EXPECT_EQ(request.body, "the value");
    EXPECT_EQ(request.header("Kafka-Topic"), "t");
    EXPECT_EQ(request.header("Authorization"), "Bearer x");
}

TEST(HttpEndpoint, keeps_a_connection_for_the_next_record) {
    HttpTestServer server{[](const HttpTestServer::Request&) { return "200 OK\r\n\r\n"; }};
    HttpEndpoint endpoint = opened(server.url());
    for (int count = 0; count < 20; ++count) {
        ASSERT_EQ(post(endpoint, "x").get().kind(), Outcome::Kind::done);
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST(HttpEndpoint, has_many_records_on_their_way_at_once) {
    std::barrier all{8};  // nobody is answered before all eight are there
    HttpTestServer server{[&](const HttpTestServer::Request&) {
        all.arrive_and_wait();
        return "200 OK\r\n\r\n";
    }};
    HttpEndpoint endpoint = opened(server.url());
    std::vector<std::future<Outcome>> answers;
    for (int count = 0; count < 8; ++count) {
        answers.push_back(post(endpoint, "x"));
    }
    for (std::future<Outcome>& answer : answers) {
        EXPECT_EQ(answer.get().kind(), Outcome::Kind::done);
    }
}

TEST(HttpEndpoint, keeps_retry_after_as_the_delay) {
    HttpTestServer server{[](const HttpTestServer::Request&) {
        return "503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nbusy";
    }};
    HttpEndpoint endpoint = opened(server.url());
    const Outcome outcome = post(endpoint, "x").get();
    EXPECT_EQ(outcome.kind(), Outcome::Kind::retry);
    EXPECT_EQ(outcome.delay(), 3s);
    EXPECT_EQ(outcome.reason(), "HTTP 503: busy");
}

TEST(HttpEndpoint, takes_a_broken_connection_for_a_retry) {
    HttpTestServer server{[](const HttpTestServer::Request&) { return ""; }};
    HttpEndpoint endpoint = opened(server.url());
    EXPECT_EQ(post(endpoint, "x").get().kind(), Outcome::Kind::retry);
}

TEST(HttpEndpoint, takes_an_endpoint_that_is_not_there_for_a_retry) {
    std::string url;
    {
        const HttpTestServer gone{[](const HttpTestServer::Request&) { return ""; }};
        url = gone.url();
    }
    HttpEndpoint endpoint = opened(url);
    const Outcome outcome = post(endpoint, "x").get();
    EXPECT_EQ(outcome.kind(), Outcome::Kind::retry);
    EXPECT_FALSE(outcome.reason().empty());
}

TEST(HttpEndpoint, gives_up_on_an_answer_that_does_not_come_in_time) {
    std::promise<void> end;
    HttpTestServer server{[&](const HttpTestServer::Request&) {
        end.get_future().wait();
        return "200 OK\r\n\r\n";
    }};
    HttpEndpoint endpoint = opened(server.url(), 50ms);
    EXPECT_EQ(post(endpoint, "x").get().kind(), Outcome::Kind::retry);
    end.set_value();
}

TEST(HttpEndpoint, answers_what_is_open_with_a_retry_when_it_stops) {
    std::promise<void> asked;
    std::promise<void> end;
    HttpTestServer server{[&](const HttpTestServer::Request&) {
        asked.set_value();
        end.get_future().wait();
        return "200 OK\r\n\r\n";
    }};
    HttpEndpoint endpoint = opened(server.url());
    std::future<Outcome> answer = post(endpoint, "x");
    asked.get_future().wait();
    endpoint.stop();
    EXPECT_EQ(answer.get().kind(), Outcome::Kind::retry);
    EXPECT_EQ(post(endpoint, "x").get().reason(), "the program stops");
    end.set_value();
}

TEST(HttpEndpoint, sends_large_values_whole) {
    std::promise<std::size_t> size;
    HttpTestServer server{[&](const HttpTestServer::Request& request) {
        size.set_value(request.body.size());
        return "200 OK\r\n\r\n";
    }};
    HttpEndpoint endpoint = opened(server.url());
    const std::string value(1'500'000, '\0');
    EXPECT_EQ(post(endpoint, value).get().kind(), Outcome::Kind::done);
    EXPECT_EQ(size.get_future().get(), value.size());
}

TEST(HttpEndpoint, is_not_opened_for_what_is_no_http_url_or_no_header) {
    for (const char* url : {"", "ftp://x/", "file:///etc/passwd", "http://", "http://a b/"}) {
        EXPECT_FALSE(HttpEndpoint::open(
                         {.url = url, .headers = {}, .answer_within = 1s, .connections_max = 1}
        )
                         .has_value()
        ) << url;
    }
    EXPECT_FALSE(HttpEndpoint::open({.url = "http://127.0.0.1/",
                                     .headers = {"no colon"},
                                     .answer_within = 1s,
                                     .connections_max = 1})
                     .has_value());
}

}  // namespace odradek::consume
