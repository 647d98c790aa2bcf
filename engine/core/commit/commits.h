#pragma once

#include "odradek/options.h"

#include "engine/core/assignment.h"
#include "engine/core/effect.h"
#include "engine/core/offsets/codec.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace odradek {

/// When to commit and what (PC-9, PC-23, PC-27).
///
/// At most one request is unanswered, however long that takes (the client always answers in the
/// end, librdkafka after its own timeouts and retries), so an older commit can never land behind a
/// newer one of ours. State moves when the broker acknowledged, not when we sent: what failed stays
/// dirty and goes out again with what has finished since.
class Commits {
public:
    /// `encoding` says how maps are written.
    Commits(const CommitOptions& options, const EncodeOptions& encoding, Instant start);

    /// Sends what is due: at the interval everything dirty, in between only what is urgent.
    void plan(Assignment& assignment, Instant now, Effects& effects);

    /// Takes the broker's answer.
    void answered(
        const CommitAnswered& answer, Assignment& assignment, Instant now, Effects& effects
    );

    /// Commits these partitions as soon as the request before them is answered.
    void hurry(std::span<const PartitionIndex> partitions);

    /// Nothing of `partition` is unanswered, and nothing of it is left to be committed.
    [[nodiscard]] bool is_settled(PartitionIndex partition, Assignment& assignment) const;

    /// A rebalance gave or took partitions: what the group refused before may be sent again.
    void group_has_settled() { held_until_.reset(); }

    /// The partition is not ours any more: nothing of it is sent from now on.
    void forget(PartitionIndex partition);

    [[nodiscard]] std::optional<Instant> next_deadline() const;

private:
    struct Sent {
        AssignedPartition partition;
        std::uint64_t version = 0;  ///< of the progress that was sent
        Offset next_to_read;
        std::uint32_t units = 0;  ///< of the metadata
    };
    struct Request {
        CommitId id;
        std::size_t bytes = 0;  ///< estimate of its size in the broker's log
        Instant overdue_at;     ///< when the next notice is due
        std::vector<Sent> sent;
    };

    /// Room that one request may take in the broker's log: it is stored as one batch, which must
    /// stay below message.max.bytes (1,048,588 by default) or fails whole (broker-model BM-215).
    static constexpr std::size_t request_bytes_max = 900'000;

    /// What a request may always take: one partition with the longest text.
    static constexpr std::size_t request_bytes_min = 16'384;

    /// Wait after a failed commit; a moving group refuses for a moment only.
    static constexpr Duration retry_delay = std::chrono::milliseconds{200};

    /// The group refuses commits while it moves, and a commit behind the member's own JoinGroup
    /// costs librdkafka 2.0.2 its membership (broker-model BM-219): after a refusal only what must
    /// go now is sent, until the rebalance comes or for so long.
    static constexpr Duration refused_hold = std::chrono::seconds{5};

    [[nodiscard]] bool is_urgent(PartitionIndex partition) const;
    void shrink_if_too_large(const CommitAnswered& answer, const Request& request);

    CommitOptions options_;
    EncodeOptions encoding_;
    Instant next_at_;
    std::optional<Instant> not_before_;  // after a failure
    std::optional<Instant> held_until_;  // after a refusal: all but what is urgent
    std::optional<Request> request_;
    std::size_t request_bytes_ = request_bytes_max;  // less where the broker's limit is lower
    std::uint64_t last_id_ = 0;
    std::vector<PartitionIndex> urgent_;
    bool is_round_unfinished_ = false;  // an interval's partitions did not fit into one request
};

}  // namespace odradek
