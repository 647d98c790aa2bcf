#pragma once

#include "odradek/clock.h"
#include "odradek/error.h"
#include "odradek/options.h"
#include "odradek/outcome.h"
#include "odradek/types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace odradek {

/// How the driver finds a record's message again; the core only hands it back.
using RecordHandle = Strong<struct RecordHandleTag, std::uint64_t>;

/// One hand-over of one record: a slot of the core's table and the slot's use count. Never repeats
/// while the process lives, so a late or double answer is told apart from a fresh one.
using WorkId = Strong<struct WorkIdTag, std::uint64_t>;

/// One commit request.
using CommitId = Strong<struct CommitIdTag, std::uint64_t>;

/// A partition in one life of its assignment.
struct AssignedPartition {
    PartitionIndex partition;
    Epoch epoch;

    friend auto operator<=>(const AssignedPartition&, const AssignedPartition&) = default;
};

/// A record as the client delivered it.
struct PolledRecord {
    Offset offset;
    RecordHandle handle;

    /// Key bytes; `data()` is null for a null key. Valid until the core releases `handle`.
    std::span<const std::byte> key;

    /// Key, value, headers and bookkeeping.
    std::uint32_t bytes = 0;

    /// Only read with Ordering::virtual_partition.
    VirtualPartition lane;
};

/// Records of one partition in offset order, as one batch. Every handle comes back in
/// `Effects::released` exactly once, sooner (not wanted) or later (its record is settled).
struct RecordsPolled {
    AssignedPartition partition;
    std::span<const PolledRecord> records;  ///< valid during handle() only
};

/// The group gave partitions to this member. The core asks for their committed offsets.
struct PartitionsAssigned {
    std::vector<AssignedPartition> partitions;  ///< epochs never used before
};

/// The offset that the group has stored for a partition, or why it could not be read.
struct CommittedOffset {
    AssignedPartition partition;
    Offset next_to_read = no_offset;  ///< no_offset: nothing is committed
    std::string metadata;
    std::optional<Error> error;

    /// Where the partition's log ended when that was read, where the client knows: what the map
    /// says of offsets from there on is of records that the log has lost.
    std::optional<Offset> log_end = std::nullopt;
};

/// Answer to FetchCommitted.
struct CommittedFetched {
    std::vector<CommittedOffset> offsets;
};

/// The group wants partitions back. They stay this member's until CompleteRevoke.
struct PartitionsRevoked {
    std::vector<PartitionIndex> partitions;
};

/// Partitions are already another member's. Nothing of them may be committed.
struct PartitionsLost {
    std::vector<PartitionIndex> partitions;
};

/// What became of one record that was handed out.
enum class WorkResult : unsigned char {
    done,
    retry,
    skip,
    fail,
    unstarted,  ///< given back untouched: recalled, or behind one of its run that was not done
    deferred,   ///< the handler has returned; a completion token will say how it ended
};

struct FinishedWork {
    WorkId work;
    WorkResult result = WorkResult::done;
    std::optional<Duration> retry_delay;  ///< only with retry: delay the handler asked for
    Duration took{};                      ///< run time of the handler; zero when unstarted
};

/// Why a handler did not finish with done, in the words of the user.
struct FailureReason {
    WorkId work;
    std::string text;
};

/// Answers of the executor; those of one run in the order of the run.
struct WorkFinished {
    std::span<const FinishedWork> finished;  ///< valid during handle() only
    std::span<const FailureReason> reasons;  ///< only for some of those that were not done
};

/// How a completion token ended (DC-1).
enum class TokenEnd : unsigned char {
    finished,
    destroyed,       ///< never finished, and nobody can any more
    finished_again,  ///< had been finished or destroyed before
};

/// The end of a token. It may come before the `deferred` of its own handler, and long after its
/// record is settled.
struct FinishedToken {
    WorkId work;
    AssignedPartition partition;
    Offset offset;
    TokenEnd end = TokenEnd::finished;
    WorkResult result = WorkResult::done;  ///< only with finished: done, retry, skip or fail
    std::optional<Duration> retry_delay;   ///< as in FinishedWork
};

/// Completion tokens that ended, in the order in which they did.
struct TokensFinished {
    std::span<const FinishedToken> tokens;   ///< valid during handle() only
    std::span<const FailureReason> reasons;  ///< only for some of those that were not done
};

/// What the broker said of one partition of a commit.
struct CommittedPartition {
    AssignedPartition partition;
    std::optional<Error> error;
};

/// Answer to CommitOffsets: one entry for each partition of the request.
struct CommitAnswered {
    CommitId commit;
    std::vector<CommittedPartition> partitions;
};

/// Answer to DeadLetter: the broker has it, or refused it.
struct DeadLetterAnswered {
    WorkId work;
    std::optional<Error> error;
};

/// Nothing but time went by; sent when next_deadline() is reached.
struct TimePassed {};

struct PauseRequested {};
struct ResumeRequested {};

/// The user wants a commit now rather than at the next interval.
struct CommitRequested {};

struct CloseRequested {
    CloseOptions options;
};

/// The client has left the group: the answer to LeaveGroup.
struct ClientClosed {};

/// The client will never work again.
struct ClientFailed {
    Error cause;
};

using Event = std::variant<
    RecordsPolled,
    WorkFinished,
    TokensFinished,
    PartitionsAssigned,
    CommittedFetched,
    PartitionsRevoked,
    PartitionsLost,
    CommitAnswered,
    DeadLetterAnswered,
    TimePassed,
    PauseRequested,
    ResumeRequested,
    CommitRequested,
    CloseRequested,
    ClientClosed,
    ClientFailed>;

}  // namespace odradek
