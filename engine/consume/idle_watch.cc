#include "engine/consume/idle_watch.h"

namespace odradek::consume {

void IdleWatch::see(const ConsumerStatus& status, Instant now) {
    const bool has_moved = polled_ != status.polled || finished_ != status.finished;
    polled_ = status.polled;
    finished_ = status.finished;
    const bool has_nothing = status.has_assignment && status.in_flight + status.waiting == 0 &&
                             (status.is_caught_up || status.partitions == 0);
    if (!has_nothing || has_moved) {
        quiet_since_.reset();
        is_idle_ = false;
    }
    if (has_nothing && !quiet_since_) quiet_since_ = now;
}

void IdleWatch::see_group(const UnreadElsewhere& unread, Instant asked_at) {
    if (!unmoved_since_ || unread != unread_) {
        unread_ = unread;
        unmoved_since_ = asked_at;
    }
    const bool is_settled = unread.empty() || asked_at - *unmoved_since_ >= session_;
    is_idle_ = wants_group(asked_at) && is_settled;
}

}  // namespace odradek::consume
