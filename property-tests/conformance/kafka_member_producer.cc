// A transactional producer in a process of its own.

#include "property-tests/conformance/kafka_member.h"

#include <array>
#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>

namespace odradek::conformance {
namespace {

class TransactionalProducer {
public:
    TransactionalProducer(const std::string& brokers, std::string prefix, const std::string& id)
        : prefix_(std::move(prefix)) {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        std::array<char, 512> text{};
        for (const auto& [name, value] :
             {std::pair{"bootstrap.servers", brokers},
              std::pair{"transactional.id", prefix_ + id},
              std::pair{"log_level", std::string{"0"}}}) {
            rd_kafka_conf_set(conf, name, value.c_str(), text.data(), text.size());
        }
        client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text.data(), text.size()));
        if (!client_) fail(text.data());
    }

    void init() { answer(rd_kafka_init_transactions(client_.get(), 2 * call_limit_ms)); }

    void obey(const std::string& command) {
        std::istringstream words{command};
        std::string verb;
        words >> verb;
        if (verb == "begin") return answer(rd_kafka_begin_transaction(client_.get()));
        if (verb == "commit")
            return answer(rd_kafka_commit_transaction(client_.get(), call_limit_ms));
        if (verb == "abort")
            return answer(rd_kafka_abort_transaction(client_.get(), call_limit_ms));
        if (verb == "produce") return produce(words);
        if (verb == "offset") return send_offset(words);
        fail("unknown command " + verb);
    }

private:
    void produce(std::istringstream& words) {
        std::string topic;
        std::int32_t partition = 0;
        int count = 0;
        words >> topic >> partition >> count;
        std::string value(10, 'v');
        const kafka::TopicHandle target{
            rd_kafka_topic_new(client_.get(), (prefix_ + topic).c_str(), nullptr)};
        for (int i = 0; i < count; ++i) {
            const int refused = rd_kafka_produce(
                target.get(),
                partition,
                RD_KAFKA_MSG_F_COPY,
                value.data(),
                value.size(),
                "k",
                1,
                nullptr
            );
            if (refused != 0) return say(rd_kafka_err2name(rd_kafka_last_error()));
        }
        rd_kafka_flush(client_.get(), call_limit_ms);
        say(fatal_or("NO_ERROR"));
    }

    void send_offset(std::istringstream& words) {
        std::string group;
        std::string topic;
        std::int32_t partition = 0;
        std::int64_t offset = 0;
        words >> group >> topic >> partition >> offset;
        const ListHandle list{rd_kafka_topic_partition_list_new(1)};
        rd_kafka_topic_partition_list_add(list.get(), (prefix_ + topic).c_str(), partition)
            ->offset = offset;
        rd_kafka_consumer_group_metadata_t* metadata =
            rd_kafka_consumer_group_metadata_new((prefix_ + group).c_str());
        rd_kafka_error_t* error = rd_kafka_send_offsets_to_transaction(
            client_.get(), list.get(), metadata, call_limit_ms
        );
        rd_kafka_consumer_group_metadata_destroy(metadata);
        answer(error);
    }

    /// Takes the error over.
    void answer(rd_kafka_error_t* error) {
        const ErrorHandle owned{error};
        say(fatal_or(error == nullptr ? "NO_ERROR" : rd_kafka_error_name(error)));
    }

    [[nodiscard]] std::string fatal_or(const char* otherwise) {
        std::array<char, 256> text{};
        const rd_kafka_resp_err_t fatal =
            rd_kafka_fatal_error(client_.get(), text.data(), text.size());
        return fatal == RD_KAFKA_RESP_ERR_NO_ERROR ? otherwise : rd_kafka_err2name(fatal);
    }

    std::string prefix_;
    ClientHandle client_;
};

}  // namespace

void run_producer(const std::string& brokers, const std::string& prefix, const std::string& id) {
    TransactionalProducer producer{brokers, prefix, id};
    producer.init();
    for (std::string command; std::getline(std::cin, command);)
        producer.obey(command);
}

}  // namespace odradek::conformance
