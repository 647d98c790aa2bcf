// A consumer of librdkafka in a process of its own, driven line by line: commands come in on
// standard input, what it sees goes out on standard output (see kafka_rig.cc for both). So it can
// be stopped, continued and killed as a process.
//
//   odradek_conformance_member BROKERS PREFIX NAME=VALUE…      a consumer with these properties
//   odradek_conformance_member BROKERS PREFIX --admin VERB …   one administrator's call, then ends
//   odradek_conformance_member BROKERS PREFIX --producer ID    a transactional producer

#include "property-tests/conformance/kafka_member.h"

#include "property-tests/conformance/rig.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

namespace odradek::conformance {
namespace {

constexpr int no_wait = 0;
constexpr int short_wait_ms = 5;

std::string from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        bytes += static_cast<char>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16));
    return bytes;
}

class KafkaMember {
public:
    KafkaMember(
        const std::string& brokers, std::string prefix, const std::vector<std::string>& settings
    )
        : prefix_(std::move(prefix)) {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        const auto set = [&](const std::string& name, const std::string& value) {
            std::array<char, 512> text{};
            if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text.data(), text.size()) !=
                RD_KAFKA_CONF_OK) {
                fail(text.data());
            }
        };
        set("bootstrap.servers", brokers);
        set("log_level", "0");
        for (const std::string& setting : settings) {
            const std::size_t equals = setting.find('=');
            const std::string name = setting.substr(0, equals);
            const std::string value = setting.substr(equals + 1);
            set(name, name == "group.id" ? prefix_ + value : value);
        }
        rd_kafka_conf_set_events(
            conf, RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR
        );
        std::array<char, 512> text{};
        client_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf, text.data(), text.size()));
        if (!client_) fail(text.data());
        rd_kafka_poll_set_consumer(client_.get());
        events_.reset(rd_kafka_queue_get_consumer(client_.get()));
    }

    void run() {
        std::string input;
        for (;;) {
            pollfd in{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
            const int wait = polls_ ? no_wait : short_wait_ms;
            if (::poll(&in, 1, wait) > 0) {
                std::array<char, 65536> bytes{};
                const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
                if (count <= 0) return;  // the driver has gone
                input.append(bytes.data(), static_cast<std::size_t>(count));
                for (std::size_t end = 0; (end = input.find('\n')) != std::string::npos;) {
                    obey(input.substr(0, end));
                    input.erase(0, end + 1);
                }
            }
            if (polls_) serve();
        }
    }

private:
    [[nodiscard]] std::string own_name(const char* topic) const {
        const std::string_view name{topic};
        return std::string(name.starts_with(prefix_) ? name.substr(prefix_.size()) : name);
    }
    [[nodiscard]] std::string in_words(const rd_kafka_topic_partition_list_t* list) const {
        std::vector<TopicPlace> places;
        for (int at = 0; list != nullptr && at < list->cnt; ++at)
            places.push_back({own_name(list->elems[at].topic), list->elems[at].partition});
        std::ranges::sort(places);
        std::string text;
        for (const TopicPlace& place : places)
            text += fmt::format(" {}-{}", place.topic, place.partition);
        return text;
    }
    [[nodiscard]] ListHandle read_list(std::istringstream& words, bool with_metadata) const {
        ListHandle list{rd_kafka_topic_partition_list_new(4)};
        std::string topic;
        std::int32_t partition = 0;
        std::int64_t offset = 0;
        while (words >> topic >> partition >> offset) {
            auto* entry =
                rd_kafka_topic_partition_list_add(list.get(), (prefix_ + topic).c_str(), partition);
            entry->offset = offset;
            std::string hex;
            if (!with_metadata) continue;
            words >> hex;
            const std::string bytes = from_hex(std::string_view{hex}.substr(1));  // after the 'x'
            if (bytes.empty()) continue;
            entry->metadata = std::malloc(bytes.size());
            std::memcpy(entry->metadata, bytes.data(), bytes.size());
            entry->metadata_size = bytes.size();
        }
        return list;
    }

    void obey(const std::string& command) {
        std::istringstream words{command};
        std::string verb;
        words >> verb;
        if (verb == "subscribe") return subscribe(words);
        if (verb == "answers") {
            words >> answers_;
        } else if (verb == "polls") {
            words >> polls_;
        } else if (verb == "answer") {
            if (last_) answer(*std::exchange(last_, nullptr));
        } else if (verb == "commit") {
            commit_list(read_list(words, true).get());
        } else if (verb == "assign") {
            rd_kafka_assign(client_.get(), read_list(words, false).get());
        } else if (verb == "pause") {
            rd_kafka_pause_partitions(client_.get(), read_list(words, false).get());
            say("DONE");
        } else if (verb == "resume") {
            rd_kafka_resume_partitions(client_.get(), read_list(words, false).get());
            say("DONE");
        } else if (verb == "seek") {
            const ErrorHandle refused{rd_kafka_seek_partitions(
                client_.get(), read_list(words, false).get(), call_limit_ms
            )};
            say("DONE");
        } else if (verb == "position") {
            tell_position(*read_list(words, false));
        } else if (verb == "store") {
            store(*read_list(words, false));
        } else if (verb == "commit-stored") {
            commit_list(nullptr);
        } else if (verb == "close") {
            if (!std::exchange(is_closing_, true)) {
                const ErrorHandle refused{
                    rd_kafka_consumer_close_queue(client_.get(), events_.get())};
            }
        } else {
            fail("unknown command " + verb);
        }
    }

    void subscribe(std::istringstream& words) {
        const ListHandle list{rd_kafka_topic_partition_list_new(2)};
        std::string topic;
        while (words >> topic) {
            const bool is_pattern = topic.starts_with('^');
            const std::string name = is_pattern ? "^" + prefix_ + topic.substr(1) : prefix_ + topic;
            rd_kafka_topic_partition_list_add(list.get(), name.c_str(), RD_KAFKA_PARTITION_UA);
        }
        if (rd_kafka_subscribe(client_.get(), list.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
            fail("subscribe");
    }

    void commit_list(const rd_kafka_topic_partition_list_t* list) {
        const rd_kafka_resp_err_t refused =
            rd_kafka_commit_queue(client_.get(), list, events_.get(), nullptr, nullptr);
        if (refused != RD_KAFKA_RESP_ERR_NO_ERROR)
            say(std::string("REFUSED ") + rd_kafka_err2name(refused));
    }

    void store(rd_kafka_topic_partition_list_t& list) {
        rd_kafka_offsets_store(client_.get(), &list);
        std::string text = "STORE";
        for (int at = 0; at < list.cnt; ++at) {
            const auto& entry = list.elems[at];
            text += fmt::format(
                " {}-{} {}", own_name(entry.topic), entry.partition, rd_kafka_err2name(entry.err)
            );
        }
        say(text);
    }

    void tell_position(rd_kafka_topic_partition_list_t& list) {
        rd_kafka_position(client_.get(), &list);
        const auto& entry = list.elems[0];
        say(fmt::format("POSITION {}-{} {}", own_name(entry.topic), entry.partition, entry.offset));
    }

    void serve() {
        EventHandle event{rd_kafka_queue_poll(events_.get(), short_wait_ms)};
        for (; event; event.reset(rd_kafka_queue_poll(events_.get(), no_wait))) {
            switch (rd_kafka_event_type(event.get())) {
                case RD_KAFKA_EVENT_REBALANCE:
                    rebalance(std::move(event));
                    break;
                case RD_KAFKA_EVENT_OFFSET_COMMIT:
                    committed(event.get());
                    break;
                case RD_KAFKA_EVENT_ERROR:
                    failed(event.get());
                    break;
                case RD_KAFKA_EVENT_FETCH:
                    fetched(event.get());
                    break;
                default:
                    break;
            }
            if (!polls_) return;
        }
        if (is_closing_ &&
            !std::exchange(is_closed_, rd_kafka_consumer_closed(client_.get()) != 0) &&
            is_closed_) {
            say("CLOSED");
        }
    }

    void rebalance(EventHandle event) {
        const bool assigns =
            rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        const bool lost = !assigns && rd_kafka_assignment_lost(client_.get()) != 0;
        const std::string verb = assigns ? "ASSIGN" : lost ? "LOST" : "REVOKE";
        say(verb + in_words(rd_kafka_event_topic_partition_list(event.get())));
        if (answers_) return answer(*event);
        last_ = std::move(event);
    }

    void answer(rd_kafka_event_t& event) {
        const auto* list = rd_kafka_event_topic_partition_list(&event);
        const bool assigns = rd_kafka_event_error(&event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        const bool cooperative =
            std::strcmp(rd_kafka_rebalance_protocol(client_.get()), "COOPERATIVE") == 0;
        if (!cooperative) {
            rd_kafka_assign(client_.get(), assigns ? list : nullptr);
        } else if (assigns) {
            const ErrorHandle refused{rd_kafka_incremental_assign(client_.get(), list)};
        } else {
            const ErrorHandle refused{rd_kafka_incremental_unassign(client_.get(), list)};
        }
    }

    void committed(rd_kafka_event_t* event) {
        const auto* list = rd_kafka_event_topic_partition_list(event);
        const rd_kafka_resp_err_t whole = rd_kafka_event_error(event);
        bool has_own = false;
        for (int at = 0; list != nullptr && at < list->cnt; ++at)
            has_own = has_own || list->elems[at].err != RD_KAFKA_RESP_ERR_NO_ERROR;
        std::vector<std::pair<TopicPlace, std::string>> entries;
        for (int at = 0; list != nullptr && at < list->cnt; ++at) {
            const rd_kafka_topic_partition_t& entry = list->elems[at];
            entries.emplace_back(
                TopicPlace{own_name(entry.topic), entry.partition},
                rd_kafka_err2name(has_own ? entry.err : whole)
            );
        }
        say(commit_line(std::move(entries)));
    }

    void failed(rd_kafka_event_t* event) {
        rd_kafka_resp_err_t code = rd_kafka_event_error(event);
        if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            rd_kafka_topic_partition_t* place = rd_kafka_event_topic_partition(event);
            say(fmt::format("EOF {}-{} {}", own_name(place->topic), place->partition, place->offset)
            );
            return rd_kafka_topic_partition_destroy(place);
        }
        const bool fatal = rd_kafka_event_error_is_fatal(event) != 0;
        std::array<char, 256> text{};
        if (fatal) code = rd_kafka_fatal_error(client_.get(), text.data(), text.size());
        say((fatal ? "FATAL " : "ERROR ") + std::string(rd_kafka_err2name(code)));
    }

    void fetched(rd_kafka_event_t* event) {
        while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
            if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                say(std::string("ERROR ") + rd_kafka_err2name(message->err));
                continue;
            }
            say(fmt::format(
                "READ {} {} {}",
                own_name(rd_kafka_topic_name(message->rkt)),
                message->partition,
                message->offset
            ));
        }
    }

    std::string prefix_;
    ClientHandle client_;
    QueueHandle events_;
    EventHandle last_;
    bool answers_ = true;
    bool polls_ = true;
    bool is_closing_ = false;
    bool is_closed_ = false;
};

}  // namespace
}  // namespace odradek::conformance

int main(int argc, char** argv) {
    using namespace odradek::conformance;
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 3) return 2;
    if (words[2] == "--admin") {
        obey_admin(words[0], words[1], {words.begin() + 3, words.end()});
        return 0;
    }
    if (words[2] == "--producer") {
        run_producer(words[0], words[1], words.at(3));
    } else {
        KafkaMember{words[0], words[1], {words.begin() + 2, words.end()}}.run();
    }
    // As a process that is killed: whoever wants a clean end says `close`.
    std::_Exit(0);
}
