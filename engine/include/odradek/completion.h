#pragma once

#include "odradek/outcome.h"
#include "odradek/types.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace odradek {

class CompletionDesk;

/// The promise to answer for one record later, from any thread (DC-1). A handler takes it with
/// RecordContext::defer() and answers Outcome::deferred():
///
///     consumer->poll([&](const odradek::RecordContext& context) {
///         client.post(context.record.value, [token = context.defer()](Reply reply) mutable {
///             token.finish(reply.ok() ? Outcome::done() : Outcome::retry());
///         });
///         return odradek::Outcome::deferred();
///     });
///
/// Until then the record is in flight: its key stays busy, it is not committed, a close and a
/// revoke await it as they await a handler, and the views of its RecordContext::record stay valid
/// (the Record object itself does not: copy it). No thread is bound.
///
/// What goes wrong is named by a notice and costs no record: a token destroyed unfinished
/// (completion_leaked: the record is tried again), one that took longer than
/// `engine.deferred.expiry` (completion_expired: likewise), one finished after that or after its
/// assignment had ended (completion_late or stale_result: it does not count), a second answer
/// (completion_double: it does not count). After the engine has ended nothing is named.
class CompletionToken {
public:
    /// Belongs to no record.
    CompletionToken() = default;
    CompletionToken(CompletionToken&& other) noexcept;
    CompletionToken& operator=(CompletionToken&& other) noexcept;
    ~CompletionToken();

    /// Answers for the record. False if this token has been finished before, belongs to no record,
    /// or `outcome` is Outcome::deferred(), which answers nothing.
    bool finish(Outcome outcome);

    [[nodiscard]] bool is_open() const { return is_open_.load(); }

private:
    friend class CompletionSource;
    void drop();

    std::shared_ptr<CompletionDesk> desk_;
    std::uint64_t work_ = 0;
    PartitionIndex partition_;
    Epoch epoch_;
    Offset offset_;
    std::atomic<bool> is_open_ = false;
};

}  // namespace odradek
