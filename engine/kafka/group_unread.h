#pragma once

#include "odradek/consumer.h"

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace odradek::kafka {

/// Looks from outside at what a group has not finished: for a member that wants to know whether
/// partitions it does not own hold anything that may come to it.
class GroupUnread {
public:
    /// Uses brokers, group, topics, start_from and the properties of the connection. Errors:
    /// invalid_options.
    [[nodiscard]] static std::expected<GroupUnread, Error> open(const ConsumerOptions& options);

    GroupUnread(GroupUnread&&) noexcept;
    GroupUnread& operator=(GroupUnread&&) noexcept;
    ~GroupUnread();

    /// Records between the committed offset and the end of the log, for each partition of the
    /// topics that is not in `own` and has any. Where nothing is committed they count from the
    /// log's start, or not at all with StartFrom::latest. Blocks. Errors: broker_unreachable,
    /// unknown_topic, not_authorized, client_failed.
    [[nodiscard]] std::expected<std::map<TopicPartition, std::int64_t>, Error> read(
        const std::set<TopicPartition>& own
    );

    /// Those of the topics, patterns aside, that do not exist; none when no broker answers.
    [[nodiscard]] std::vector<std::string> missing_topics();

private:
    struct State;
    explicit GroupUnread(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace odradek::kafka
