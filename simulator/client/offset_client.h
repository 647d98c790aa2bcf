#pragma once

#include "simulator/client/client_context.h"
#include "simulator/client/consumer_event.h"
#include "simulator/client/coordinator_link.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace odradek::sim {

/// Sends commits and reads committed offsets, with librdkafka's retries (BM-226).
class OffsetClient {
public:
    /// Who a commit is from, when the request is built (BM-218).
    struct Stamp {
        std::string member_id;
        std::int32_t generation = -1;
    };
    struct Hooks {
        std::function<Stamp()> stamp;
        std::function<void(CommitEvent)> committed;
        std::function<void(CommittedEvent)> fetched;
        std::function<void(KafkaError)> refused;  ///< for who we are (BM-221)
        std::function<void()> settled;            ///< no commit is outstanding any more
    };
    OffsetClient(const ClientContext& context, CoordinatorLink& link, Hooks hooks);

    void commit(std::uint64_t id, std::vector<OffsetToStore> offsets);
    void fetch(std::uint64_t id, std::vector<PartitionNumber> partitions);

    /// Commits sent or deferred and not answered.
    [[nodiscard]] std::size_t outstanding() const { return outstanding_; }

private:
    struct Commit {
        std::uint64_t id = 0;
        OffsetCommitRequest request{};
        int tries = 0;
        bool deferred = false;
        Instant give_up_at{};
    };
    struct Question {
        std::uint64_t id = 0;
        std::vector<PartitionNumber> partitions{};
        Instant give_up_at{};
    };

    void build_and_send(Commit commit);
    void send(Commit commit);
    void answered(Commit commit, Answer answer);
    void failed(Commit commit, KafkaError error);
    void finish(const Commit& commit, std::vector<StoredPartition> partitions);
    void finish(const Commit& commit, KafkaError error);
    void trace_failures(const Commit& commit, const std::vector<StoredPartition>& partitions);
    void ask(Question question);
    void asked(Question question, Answer answer);

    const ClientContext& context_;
    CoordinatorLink& link_;
    Hooks hooks_;
    std::size_t outstanding_ = 0;
};

}  // namespace odradek::sim
