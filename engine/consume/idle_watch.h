#pragma once

#include "odradek/clock.h"
#include "odradek/consumer.h"

#include <cstdint>
#include <map>
#include <optional>

namespace odradek::consume {

/// What the partitions that are not this member's still hold for the group: how many records lie
/// between the committed offset and the end of the log.
using UnreadElsewhere = std::map<TopicPartition, std::int64_t>;

/// Decides when a member is idle (`--until-idle`). Pure: times and states come as arguments.
///
/// Idle is: for the whole span the member had its assignment, each of its partitions was read to
/// its end, and nothing waited, ran or was in retry. It is not idle while the group settles: as
/// long as partitions of others hold unread records, they may be those of a member that was killed
/// and come here when its session ends. If nothing of them moves for `session`, their owners live
/// and are merely slow or stuck, and the member's own state decides.
class IdleWatch {
public:
    /// `span` > 0: how long to be idle. `session` ≥ 0: after that the broker has evicted a dead
    /// member.
    IdleWatch(Duration span, Duration session) : span_(span), session_(session) {}

    /// A look at the member. Call often; what happened in between shows in the counters.
    void see(const ConsumerStatus& status, Instant now);

    /// The member has been quiet for long enough: now the rest of the group decides.
    [[nodiscard]] bool wants_group(Instant now) const {
        return quiet_since_ && now - *quiet_since_ >= span_;
    }

    /// What a look at the rest of the group found; `asked_at` is when it began.
    void see_group(const UnreadElsewhere& unread, Instant asked_at);

    [[nodiscard]] bool is_idle() const { return is_idle_; }

private:
    Duration span_;
    Duration session_;
    std::uint64_t polled_ = 0;
    std::uint64_t finished_ = 0;
    std::optional<Instant> quiet_since_;
    UnreadElsewhere unread_;
    std::optional<Instant> unmoved_since_;  // when unread_ was first seen as it is
    bool is_idle_ = false;
};

}  // namespace odradek::consume
