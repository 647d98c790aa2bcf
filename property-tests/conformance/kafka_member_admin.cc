// The administrator's calls that a case needs and Admin of engine/kafka does not have.

#include "property-tests/conformance/kafka_member.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace odradek::conformance {
namespace {

class Admin {
public:
    Admin(const std::string& brokers, std::string prefix) : prefix_(std::move(prefix)) {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        std::array<char, 512> text{};
        rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), text.data(), text.size());
        client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text.data(), text.size()));
        if (!client_) fail(text.data());
        answers_.reset(rd_kafka_queue_new(client_.get()));
    }

    void obey(const std::vector<std::string>& words) {
        const std::string& verb = words.at(0);
        const std::string name = prefix_ + words.at(1);
        if (verb == "group") return group(name);
        if (verb == "coordinator") return coordinator(name);
        if (verb == "leader") return leader(name, std::stoi(words.at(2)));
        if (verb == "partitions") return add_partitions(name, std::stoul(words.at(2)));
        if (verb == "delete-records") {
            return delete_records(name, std::stoi(words.at(2)), std::stoll(words.at(3)));
        }
        fail("unknown verb " + verb);
    }

private:
    void group(const std::string& name) {
        const rd_kafka_group_list* list = nullptr;
        const rd_kafka_resp_err_t error =
            rd_kafka_list_groups(client_.get(), name.c_str(), &list, call_limit_ms);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(rd_kafka_err2name(error));
        std::string text = "none";
        for (int at = 0; at < list->group_cnt; ++at)
            text =
                fmt::format("{}, {} members", list->groups[at].state, list->groups[at].member_cnt);
        rd_kafka_group_list_destroy(list);
        say(text);
    }

    void coordinator(const std::string& name) {
        std::array<const char*, 1> names{name.c_str()};
        rd_kafka_DescribeConsumerGroups(
            client_.get(), names.data(), names.size(), nullptr, answers_.get()
        );
        const EventHandle event{rd_kafka_queue_poll(answers_.get(), call_limit_ms)};
        std::size_t count = 0;
        const auto* result =
            event ? rd_kafka_event_DescribeConsumerGroups_result(event.get()) : nullptr;
        if (result == nullptr) fail("the group cannot be described");
        const auto** groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
        const auto* node =
            count == 0 ? nullptr : rd_kafka_ConsumerGroupDescription_coordinator(groups[0]);
        if (node == nullptr) fail("the group has no coordinator");
        say(std::to_string(rd_kafka_Node_id(node)));
    }

    void leader(const std::string& topic, int partition) {
        const rd_kafka_metadata_t* found = nullptr;
        rd_kafka_metadata(client_.get(), 1, nullptr, &found, call_limit_ms);
        int node = -1;
        for (int at = 0; found != nullptr && at < found->topic_cnt; ++at) {
            if (topic == found->topics[at].topic && partition < found->topics[at].partition_cnt)
                node = found->topics[at].partitions[partition].leader;
        }
        rd_kafka_metadata_destroy(found);
        if (node < 0) fail("no leader");
        say(std::to_string(node));
    }

    void add_partitions(const std::string& topic, std::size_t count) {
        std::array<char, 512> text{};
        rd_kafka_NewPartitions_t* wanted =
            rd_kafka_NewPartitions_new(topic.c_str(), count, text.data(), text.size());
        rd_kafka_CreatePartitions(client_.get(), &wanted, 1, nullptr, answers_.get());
        rd_kafka_NewPartitions_destroy(wanted);
        finish();
    }

    void delete_records(const std::string& topic, std::int32_t partition, std::int64_t before) {
        const ListHandle list{rd_kafka_topic_partition_list_new(1)};
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = before;
        rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(list.get());
        rd_kafka_DeleteRecords(client_.get(), &wanted, 1, nullptr, answers_.get());
        rd_kafka_DeleteRecords_destroy(wanted);
        finish();
    }

    void finish() {
        const EventHandle event{rd_kafka_queue_poll(answers_.get(), call_limit_ms)};
        if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
            fail("the administrator's call");
        say("done");
    }

    std::string prefix_;
    ClientHandle client_;
    QueueHandle answers_;
};

}  // namespace

void obey_admin(
    const std::string& brokers, const std::string& prefix, const std::vector<std::string>& words
) {
    Admin{brokers, prefix}.obey(words);
}

}  // namespace odradek::conformance
