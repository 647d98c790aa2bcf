#include "odradek/completion.h"

#include "odradek/record.h"

#include "engine/runtime/completion_desk.h"
#include "engine/runtime/invoke.h"

#include <utility>

namespace odradek {

CompletionToken RecordContext::defer() const {
    return completion == nullptr ? CompletionToken{} : completion->take();
}

CompletionToken::CompletionToken(CompletionToken&& other) noexcept
    : desk_(std::move(other.desk_))
    , work_(other.work_)
    , partition_(other.partition_)
    , epoch_(other.epoch_)
    , offset_(other.offset_)
    , is_open_(other.is_open_.exchange(false)) {}

CompletionToken& CompletionToken::operator=(CompletionToken&& other) noexcept {
    if (this == &other) return *this;
    drop();
    desk_ = std::move(other.desk_);
    work_ = other.work_;
    partition_ = other.partition_;
    epoch_ = other.epoch_;
    offset_ = other.offset_;
    is_open_ = other.is_open_.exchange(false);
    return *this;
}

CompletionToken::~CompletionToken() {
    drop();
}

bool CompletionToken::finish(Outcome outcome) {
    if (desk_ == nullptr || outcome.kind() == Outcome::Kind::deferred) return false;
    const bool is_first = is_open_.exchange(false);
    const FinishedToken token{
        .work = WorkId{work_},
        .partition = {partition_, epoch_},
        .offset = offset_,
        .end = is_first ? TokenEnd::finished : TokenEnd::finished_again,
        .result = to_result(outcome.kind()),
        .retry_delay = outcome.delay()};
    desk_->post(token, is_first ? outcome.reason() : std::string{});
    return is_first;
}

void CompletionToken::drop() {
    if (desk_ == nullptr || !is_open_.exchange(false)) return;
    const FinishedToken token{
        .work = WorkId{work_},
        .partition = {partition_, epoch_},
        .offset = offset_,
        .end = TokenEnd::destroyed};
    desk_->post(token, {});
}

}  // namespace odradek
