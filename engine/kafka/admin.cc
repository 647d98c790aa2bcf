#include "engine/kafka/admin.h"

#include "engine/kafka/handle.h"

#include <array>
#include <string_view>
#include <thread>
#include <utility>

namespace odradek::kafka {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto look_again_after = milliseconds(20);

Error to_error(rd_kafka_resp_err_t code, const char* text, std::string where) {
    const std::string what = text == nullptr ? rd_kafka_err2str(code) : text;
    const auto error = [&](Errc errc) { return Error{errc, what, std::move(where)}; };
    switch (static_cast<int>(code)) {
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
            return error(Errc::broker_unreachable);
        case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
        case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
        case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
        case RD_KAFKA_RESP_ERR_INVALID_REQUEST:
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
            return error(Errc::invalid_options);
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return error(Errc::not_authorized);
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
            return error(Errc::unknown_topic);
        default:
            return error(Errc::client_failed);
    }
}

void ignore_log(const rd_kafka_t*, int, const char*, const char*) {}

/// The single topic's result in the answer of CreateTopics or DeleteTopics.
const rd_kafka_topic_result_t* only_result(rd_kafka_event_t* event) {
    std::size_t count = 0;
    const rd_kafka_topic_result_t** results = nullptr;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATETOPICS_RESULT) {
        results =
            rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    } else {
        results =
            rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    }
    return count == 1 ? results[0] : nullptr;
}

/// What the cluster said to a request about one topic.
struct Answer {
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::string text;
};

Answer read_answer(rd_kafka_event_t* event) {
    if (event == nullptr) return {RD_KAFKA_RESP_ERR__TIMED_OUT, "no answer in time"};
    if (const auto code = rd_kafka_event_error(event); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return {code, rd_kafka_event_error_string(event)};
    }
    const rd_kafka_topic_result_t* result = only_result(event);
    if (result == nullptr) return {RD_KAFKA_RESP_ERR__BAD_MSG, "an answer without a topic"};
    const auto code = rd_kafka_topic_result_error(result);
    const char* text = rd_kafka_topic_result_error_string(result);
    return {code, text == nullptr ? "" : text};
}

}  // namespace

struct Admin::Client {
    ClientHandle handle;
    QueueHandle queue;
    milliseconds limit{};

    [[nodiscard]] int limit_ms() const { return static_cast<int>(limit.count()); }

    [[nodiscard]] AdminOptionsHandle options() const {
        std::array<char, 256> text{};
        AdminOptionsHandle made(rd_kafka_AdminOptions_new(handle.get(), RD_KAFKA_ADMIN_OP_ANY));
        rd_kafka_AdminOptions_set_request_timeout(made.get(), limit_ms(), text.data(), text.size());
        return made;
    }

    [[nodiscard]] Answer wait_for_answer() const {
        const EventHandle event(rd_kafka_queue_poll(queue.get(), limit_ms() + 1000));
        return read_answer(event.get());
    }

    /// The topic's partitions, as -1 when one has no leader yet.
    [[nodiscard]] std::expected<int, Error> count_led_partitions(const std::string& name) const {
        const TopicHandle topic(rd_kafka_topic_new(handle.get(), name.c_str(), nullptr));
        if (topic == nullptr) {
            const auto code = rd_kafka_last_error();
            return std::unexpected(to_error(code, nullptr, name));
        }
        const rd_kafka_metadata_t* raw = nullptr;
        const auto code = rd_kafka_metadata(handle.get(), 0, topic.get(), &raw, limit_ms());
        const MetadataHandle metadata(raw);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return std::unexpected(to_error(code, nullptr, name));
        }
        const rd_kafka_metadata_topic_t& found = metadata->topics[0];
        if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
            found.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
            return std::unexpected(to_error(found.err, nullptr, name));
        }
        for (int i = 0; i < found.partition_cnt; ++i) {
            if (found.partitions[i].leader < 0) return -1;
        }
        return found.partition_cnt;
    }
};

Admin::Admin(std::unique_ptr<Client> client) : client_(std::move(client)) {}

Admin::Admin(Admin&&) noexcept = default;
Admin& Admin::operator=(Admin&&) noexcept = default;
Admin::~Admin() = default;

std::expected<Admin, Error> Admin::open(const std::string& bootstrap, milliseconds limit) {
    // A request to the controller waits for the node that the last metadata named; when that one
    // has died, only new metadata ends the wait (librdkafka 2.0.2 asks by itself every five
    // minutes).
    const std::map<std::string, std::string> settings{
        {"bootstrap.servers", bootstrap},
        {"topic.metadata.refresh.interval.ms", "500"},
        {"reconnect.backoff.max.ms", "500"},
    };
    std::array<char, 512> text{};
    ConfHandle conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), &ignore_log);  // what matters comes back as an Error
    for (const auto& [name, value] : settings) {
        if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size()) !=
            RD_KAFKA_CONF_OK) {
            return std::unexpected(Error{Errc::invalid_options, text.data(), bootstrap});
        }
    }
    ClientHandle handle(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text.data(), text.size()));
    if (handle == nullptr) {
        return std::unexpected(Error{Errc::client_failed, text.data(), bootstrap});
    }
    static_cast<void>(conf.release());  // rd_kafka_new took it
    QueueHandle queue(rd_kafka_queue_new(handle.get()));
    return Admin(std::make_unique<Client>(std::move(handle), std::move(queue), limit));
}

std::expected<bool, Error> Admin::create_topic(const TopicSpec& topic) {
    std::array<char, 512> text{};
    const NewTopicHandle wanted(rd_kafka_NewTopic_new(
        topic.name.c_str(), topic.partitions, topic.replicas, text.data(), text.size()
    ));
    if (wanted == nullptr) {
        return std::unexpected(Error{Errc::invalid_options, text.data(), topic.name});
    }
    for (const auto& [name, value] : topic.settings) {
        rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
    }
    rd_kafka_NewTopic_t* only = wanted.get();
    rd_kafka_CreateTopics(
        client_->handle.get(), &only, 1, client_->options().get(), client_->queue.get()
    );
    const Answer answer = client_->wait_for_answer();
    if (answer.code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
    if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(to_error(answer.code, answer.text.c_str(), topic.name));
    }
    const auto deadline = steady_clock::now() + client_->limit;
    while (steady_clock::now() < deadline) {
        const auto count = client_->count_led_partitions(topic.name);
        if (count && *count == topic.partitions) return true;
        if (!count && count.error().code != Errc::unknown_topic) {
            return std::unexpected(count.error());
        }
        std::this_thread::sleep_for(look_again_after);
    }
    return std::unexpected(Error{
        Errc::broker_unreachable, "the new topic has partitions without a leader", topic.name});
}

std::expected<void, Error> Admin::delete_topic(const std::string& name) {
    const DeleteTopicHandle wanted(rd_kafka_DeleteTopic_new(name.c_str()));
    rd_kafka_DeleteTopic_t* only = wanted.get();
    rd_kafka_DeleteTopics(
        client_->handle.get(), &only, 1, client_->options().get(), client_->queue.get()
    );
    const Answer answer = client_->wait_for_answer();
    if (answer.code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return std::unexpected(to_error(answer.code, answer.text.c_str(), name));
}

std::expected<int, Error> Admin::partition_count(const std::string& name) {
    return client_->count_led_partitions(name);
}

}  // namespace odradek::kafka
