#include "engine/consume/http_endpoint.h"

#include "engine/consume/http_exchange.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <curl/curl.h>

namespace odradek::consume {

namespace {

template <auto Function>
struct Free {
    template <typename Thing>
    void operator()(Thing* thing) const {
        Function(thing);
    }
};
using Easy = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Free<curl_multi_cleanup>>;
using List = std::unique_ptr<curl_slist, Free<curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;

/// Of an answer's body only this much is kept, for the reason.
constexpr std::size_t body_bytes_max = 1024;

constexpr int longest_wait_ms = 1000;

void append(List& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    static_cast<void>(list.release());  // it begins the longer one
    list.reset(longer);
}

/// One record on its way.
struct Exchange {
    Easy easy;
    List headers;
    Bytes value;
    std::string body;
    HttpEndpoint::Answered answered;
    std::size_t place = 0;  // in State::exchanges
};

std::size_t keep_body(char* data, std::size_t, std::size_t size, void* target) {
    auto& body = static_cast<Exchange*>(target)->body;
    body.append(data, std::min(size, body_bytes_max - std::min(body.size(), body_bytes_max)));
    return size;
}

}  // namespace

struct HttpEndpoint::State {
    explicit State(Options wanted) : options(std::move(wanted)) {}

    Options options;
    Multi multi{curl_multi_init()};
    std::vector<Easy> spare;                           // endpoint's thread
    std::vector<std::unique_ptr<Exchange>> exchanges;  // likewise
    std::mutex mutex;
    std::vector<std::unique_ptr<Exchange>> incoming;  // under mutex
    bool is_stopping = false;                         // under mutex
    std::thread thread;

    void run();
    bool take_incoming();
    void begin(std::unique_ptr<Exchange> exchange);
    void finish(CURL* easy, CURLcode result);
    void stop();
};

std::expected<HttpEndpoint, std::string> HttpEndpoint::open(Options options) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) return std::unexpected(std::string(curl_easy_strerror(ready)));
    const Url url{curl_url()};
    char* scheme = nullptr;
    CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, options.url.c_str(), 0);
    if (code == CURLUE_OK) code = curl_url_get(url.get(), CURLUPART_SCHEME, &scheme, 0);
    const std::string_view used = scheme == nullptr ? "" : scheme;
    const bool is_http = used == "http" || used == "https";
    curl_free(scheme);
    if (code != CURLUE_OK || !is_http) {
        const std::string what =
            code == CURLUE_OK ? "only http and https" : curl_url_strerror(code);
        return std::unexpected("'" + options.url + "' is no URL to post to: " + what);
    }
    for (const std::string& header : options.headers) {
        const std::size_t colon = header.find(':');
        if (colon == 0 || colon == std::string::npos ||
            header.find_first_of("\r\n") != std::string::npos) {
            return std::unexpected("expected 'Name: value', found '" + header + "'");
        }
    }
    auto state = std::make_unique<State>(std::move(options));
    const auto connections = static_cast<long>(state->options.connections_max);
    curl_multi_setopt(state->multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(state->multi.get(), CURLMOPT_MAXCONNECTS, connections);
    state->thread = std::thread{[raw = state.get()] { raw->run(); }};
    return HttpEndpoint{std::move(state)};
}

HttpEndpoint::HttpEndpoint(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpEndpoint::HttpEndpoint(HttpEndpoint&&) noexcept = default;
HttpEndpoint& HttpEndpoint::operator=(HttpEndpoint&&) noexcept = default;
HttpEndpoint::~HttpEndpoint() {
    if (state_ != nullptr) stop();
}

void HttpEndpoint::post(const RecordContext& context, Answered answered) {
    auto exchange = std::make_unique<Exchange>();
    exchange->value = context.record.value;
    exchange->answered = std::move(answered);
    append(exchange->headers, "Content-Type: application/octet-stream");
    append(exchange->headers, "Expect:");  // no extra round trip for large values
    for (const std::string& line : metadata_headers(context)) {
        // libcurl takes "Name:" for a header to be left out, "Name;" for one without a value.
        append(
            exchange->headers, line.ends_with(": ") ? line.substr(0, line.size() - 2) + ";" : line
        );
    }
    for (const std::string& line : state_->options.headers) {
        append(exchange->headers, line);
    }
    {
        const std::lock_guard lock{state_->mutex};
        if (!state_->is_stopping) state_->incoming.push_back(std::move(exchange));
    }
    if (exchange != nullptr) {
        exchange->answered(Outcome::retry(Duration{0}, "the program stops"));
    } else {
        curl_multi_wakeup(state_->multi.get());
    }
}

bool HttpEndpoint::State::take_incoming() {
    std::vector<std::unique_ptr<Exchange>> taken;
    {
        const std::lock_guard lock{mutex};
        taken.swap(incoming);
        if (is_stopping && taken.empty()) return false;
    }
    for (std::unique_ptr<Exchange>& exchange : taken) {
        begin(std::move(exchange));
    }
    return true;
}

void HttpEndpoint::State::begin(std::unique_ptr<Exchange> exchange) {
    if (spare.empty()) {
        exchange->easy.reset(curl_easy_init());
    } else {
        exchange->easy = std::move(spare.back());
        spare.pop_back();
    }
    CURL* easy = exchange->easy.get();
    const std::string_view value = as_text(exchange->value);
    const auto limit = options.answer_within / std::chrono::milliseconds{1};
    curl_easy_setopt(easy, CURLOPT_URL, options.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "odradek");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limit));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers.get());
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, value.empty() ? "" : value.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(value.size()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &keep_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange.get());
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange.get());
    curl_multi_add_handle(multi.get(), easy);
    exchange->place = exchanges.size();
    exchanges.push_back(std::move(exchange));
}

void HttpEndpoint::State::finish(CURL* easy, CURLcode result) {
    curl_multi_remove_handle(multi.get(), easy);
    Exchange* finished = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &finished);
    exchanges.back()->place = finished->place;
    std::swap(exchanges[finished->place], exchanges.back());
    const std::unique_ptr<Exchange> exchange = std::move(exchanges.back());
    exchanges.pop_back();
    Outcome outcome = Outcome::retry(std::string(curl_easy_strerror(result)));
    if (result == CURLE_OK) {
        long status = 0;
        curl_off_t retry_after = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
        HttpAnswer answer{.status = static_cast<int>(status), .body = std::move(exchange->body)};
        if (retry_after > 0) answer.retry_after = std::chrono::seconds{retry_after};
        outcome = outcome_of(answer);
    }
    curl_easy_reset(easy);
    spare.push_back(std::move(exchange->easy));
    exchange->answered(std::move(outcome));
}

void HttpEndpoint::State::run() {
    while (take_incoming()) {
        int running = 0;
        curl_multi_perform(multi.get(), &running);
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
            if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
        }
        curl_multi_poll(multi.get(), nullptr, 0, longest_wait_ms, nullptr);
    }
    while (!exchanges.empty()) {
        finish(exchanges.back()->easy.get(), CURLE_ABORTED_BY_CALLBACK);
    }
}

void HttpEndpoint::State::stop() {
    {
        const std::lock_guard lock{mutex};
        is_stopping = true;
    }
    curl_multi_wakeup(multi.get());
    if (thread.joinable()) thread.join();
}

void HttpEndpoint::stop() {
    state_->stop();
}

}  // namespace odradek::consume
