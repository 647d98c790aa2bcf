#include "engine/kafka/group_unread.h"

#include "engine/kafka/client_config.h"
#include "engine/kafka/error_map.h"
#include "engine/kafka/handle.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <regex.h>

namespace odradek::kafka {

namespace {

constexpr int limit_ms = 5'000;

void ignore_log(const rd_kafka_t*, int, const char*, const char*) {}

/// As librdkafka reads a subscription: what begins with ^ is an extended POSIX pattern.
bool matches(const std::string& wanted, const char* topic) {
    if (!wanted.starts_with('^')) return wanted == topic;
    regex_t pattern;
    if (regcomp(&pattern, wanted.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return false;
    const bool is_match = regexec(&pattern, topic, 0, nullptr, 0) == 0;
    regfree(&pattern);
    return is_match;
}

std::span<const rd_kafka_metadata_topic_t> topics_of(const rd_kafka_metadata_t& metadata) {
    return {metadata.topics, static_cast<std::size_t>(metadata.topic_cnt)};
}

}  // namespace

struct GroupUnread::State {
    ClientHandle client;
    std::vector<std::string> topics;
    StartFrom start_from = StartFrom::earliest;

    [[nodiscard]] std::expected<MetadataHandle, Error> read_metadata() const;

    /// The partitions of the topics that are not `own`.
    [[nodiscard]] std::expected<PartitionListHandle, Error> list_others(
        const std::set<TopicPartition>& own
    ) const;

    /// Records behind `entry`'s committed offset.
    [[nodiscard]] std::expected<std::int64_t, Error> unread(const rd_kafka_topic_partition_t& entry
    ) const;
};

std::expected<GroupUnread, Error> GroupUnread::open(const ConsumerOptions& options) {
    std::array<char, 512> text{};
    ConfHandle conf{rd_kafka_conf_new()};
    rd_kafka_conf_set_log_cb(conf.get(), &ignore_log);  // what matters comes back as an Error
    std::map<std::string, std::string> settings = connection_properties(options.properties);
    settings["bootstrap.servers"] = options.brokers;
    settings["group.id"] = options.group;
    for (const auto& [name, value] : settings) {
        if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size()) !=
            RD_KAFKA_CONF_OK) {
            return std::unexpected(Error{Errc::invalid_options, text.data(), name});
        }
    }
    auto state = std::make_unique<State>();
    state->client.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), text.data(), text.size()));
    if (state->client == nullptr) {
        return std::unexpected(Error{Errc::invalid_options, text.data(), "properties"});
    }
    static_cast<void>(conf.release());  // rd_kafka_new took it
    state->topics = options.topics;
    state->start_from = options.start_from;
    return GroupUnread{std::move(state)};
}

GroupUnread::GroupUnread(std::unique_ptr<State> state) : state_(std::move(state)) {}
GroupUnread::GroupUnread(GroupUnread&&) noexcept = default;
GroupUnread& GroupUnread::operator=(GroupUnread&&) noexcept = default;
GroupUnread::~GroupUnread() = default;

std::vector<std::string> GroupUnread::missing_topics() {
    const auto metadata = state_->read_metadata();
    if (!metadata) return {};
    std::vector<std::string> missing;
    for (const std::string& wanted : state_->topics) {
        const bool exists = std::ranges::any_of(topics_of(**metadata), [&](const auto& topic) {
            return wanted == topic.topic;
        });
        if (!exists && !wanted.starts_with('^')) missing.push_back(wanted);
    }
    return missing;
}

std::expected<MetadataHandle, Error> GroupUnread::State::read_metadata() const {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto answer = rd_kafka_metadata(client.get(), 1, nullptr, &metadata, limit_ms);
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(to_error(answer, "metadata"));
    return MetadataHandle{metadata};
}

std::expected<PartitionListHandle, Error> GroupUnread::State::list_others(
    const std::set<TopicPartition>& own
) const {
    const auto metadata = read_metadata();
    if (!metadata) return std::unexpected(metadata.error());
    PartitionListHandle list{rd_kafka_topic_partition_list_new(16)};
    for (const rd_kafka_metadata_topic_t& topic : topics_of(**metadata)) {
        const bool is_wanted = std::ranges::any_of(topics, [&](const std::string& wanted) {
            return matches(wanted, topic.topic);
        });
        if (!is_wanted) continue;
        for (const rd_kafka_metadata_partition_t& partition :
             std::span{topic.partitions, static_cast<std::size_t>(topic.partition_cnt)}) {
            if (own.contains({topic.topic, PartitionId{partition.id}})) continue;
            rd_kafka_topic_partition_list_add(list.get(), topic.topic, partition.id);
        }
    }
    return list;
}

std::expected<std::int64_t, Error> GroupUnread::State::unread(
    const rd_kafka_topic_partition_t& entry
) const {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto answer = rd_kafka_query_watermark_offsets(
        client.get(), entry.topic, entry.partition, &low, &high, limit_ms
    );
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(to_error(answer, std::string(entry.topic)));
    }
    if (entry.offset >= 0) return high - std::max(entry.offset, low);
    return start_from == StartFrom::earliest ? high - low : 0;
}

std::expected<std::map<TopicPartition, std::int64_t>, Error> GroupUnread::read(
    const std::set<TopicPartition>& own
) {
    std::map<TopicPartition, std::int64_t> unread;
    const auto list = state_->list_others(own);
    if (!list) return std::unexpected(list.error());
    if ((*list)->cnt == 0) return unread;
    const auto answer = rd_kafka_committed(state_->client.get(), list->get(), limit_ms);
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(to_error(answer, "committed"));
    for (const rd_kafka_topic_partition_t& entry :
         std::span{(*list)->elems, static_cast<std::size_t>((*list)->cnt)}) {
        if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return std::unexpected(to_error(entry.err, entry.topic));
        }
        const auto count = state_->unread(entry);
        if (!count) return std::unexpected(count.error());
        if (*count > 0) unread[{entry.topic, PartitionId{entry.partition}}] = *count;
    }
    return unread;
}

}  // namespace odradek::kafka
