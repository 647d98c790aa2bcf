#pragma once

#include "simulator/client/client_context.h"

#include <functional>
#include <map>
#include <vector>

namespace odradek::sim {

/// What the client believes of its topics: partitions and leaders, asked for again now and then
/// (BM-111) and when something went wrong (BM-61).
class Metadata {
public:
    explicit Metadata(const ClientContext& context);

    /// Asks now, and runs `then` (may be empty) with the answer in place; asks until it gets one.
    void refresh(std::function<void()> then);

    /// Runs whenever an answer changed something.
    void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

    /// Begins to ask every metadata_refresh.
    void start();

    [[nodiscard]] BrokerNumber leader_of(PartitionNumber partition) const;

    /// The subscribed topics: the list, or those that match the pattern now.
    [[nodiscard]] std::vector<std::int32_t> topics() const;

    /// By topic, then id.
    [[nodiscard]] const std::vector<PartitionLeader>& partitions() const { return partitions_; }

    /// Number of the answer that changed the set of partitions last.
    [[nodiscard]] std::uint64_t partitions_version() const { return partitions_version_; }

private:
    void ask();
    void asked(Answer answer);
    [[nodiscard]] bool is_wanted(const PartitionLeader& each) const;
    void refresh_later();

    const ClientContext& context_;
    Channels channels_;
    BrokerNumber next_to_ask_ = 0;
    bool asking_ = false;
    std::vector<PartitionLeader> partitions_;
    std::vector<BrokerNumber> leaders_;  ///< by partition number
    std::uint64_t partitions_version_ = 0;
    std::vector<std::function<void()>> waiting_;
    std::function<void()> changed_;
};

}  // namespace odradek::sim
