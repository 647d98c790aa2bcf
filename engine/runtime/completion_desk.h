#pragma once

#include "odradek/completion.h"

#include "engine/core/effect.h"
#include "engine/runtime/inbox.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace odradek {

/// Records that a completion token may still read although the core has released them, or will: a
/// record is freed when the core has released it and no token is left.
class PinnedRecords {
public:
    /// The token of `work` keeps the record.
    void pin(WorkId work, RecordHandle record);

    /// The core has released the record. True if a token keeps it: it is not to be freed yet.
    [[nodiscard]] bool keep(RecordHandle record);

    /// The token of `work` has ended. The record if it is to be freed now.
    [[nodiscard]] std::optional<RecordHandle> unpin(WorkId work);

    [[nodiscard]] bool is_empty() const { return by_work_.empty(); }
    [[nodiscard]] bool contains(WorkId work) const { return by_work_.contains(work); }

private:
    struct Pins {
        std::size_t count = 0;
        bool is_released = false;
    };
    std::map<WorkId, RecordHandle> by_work_;
    std::map<RecordHandle, Pins> pins_;
};

/// Where completion tokens of one engine hand in their answers. Lives as long as its last token,
/// and keeps the client alive for so long.
class CompletionDesk {
public:
    CompletionDesk(
        std::shared_ptr<Inbox> inbox,
        std::function<void(RecordHandle)> release,
        std::shared_ptr<void> client
    );

    /// Any thread.
    void post(const FinishedToken& token, std::string reason);

    /// Owner: the engine has ended. `open` are freed as their tokens end.
    void end(PinnedRecords open);

    /// Any thread, after the end: one more such record, whose token may have ended already.
    void adopt(WorkId work, RecordHandle record);

private:
    std::shared_ptr<Inbox> inbox_;
    std::function<void(RecordHandle)> release_;
    std::shared_ptr<void> client_;
    std::mutex mutex_;
    bool has_ended_ = false;          // under mutex_
    PinnedRecords open_;              // under mutex_
    std::set<WorkId> ended_unknown_;  // under mutex_: ended after the end, before adopt()
};

/// Gives the token of one call of a handler; on the stack of its worker.
class CompletionSource {
public:
    CompletionSource(const std::shared_ptr<CompletionDesk>& desk, const WorkItem& item)
        : desk_(desk)
        , item_(item) {}

    [[nodiscard]] CompletionToken take();
    [[nodiscard]] bool is_taken() const { return is_taken_; }

private:
    const std::shared_ptr<CompletionDesk>& desk_;
    const WorkItem& item_;
    bool is_taken_ = false;
};

}  // namespace odradek
