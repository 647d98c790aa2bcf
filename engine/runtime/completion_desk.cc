#include "engine/runtime/completion_desk.h"

#include <utility>

namespace odradek {

void PinnedRecords::pin(WorkId work, RecordHandle record) {
    if (by_work_.emplace(work, record).second) ++pins_[record].count;
}

bool PinnedRecords::keep(RecordHandle record) {
    const auto found = pins_.find(record);
    if (found == pins_.end()) return false;
    found->second.is_released = true;
    return true;
}

std::optional<RecordHandle> PinnedRecords::unpin(WorkId work) {
    const auto pin = by_work_.extract(work);
    if (pin.empty()) return std::nullopt;
    const RecordHandle record = pin.mapped();
    const auto pins = pins_.find(record);
    if (--pins->second.count > 0) return std::nullopt;
    const bool is_released = pins->second.is_released;
    pins_.erase(pins);
    return is_released ? std::optional{record} : std::nullopt;
}

CompletionDesk::CompletionDesk(
    std::shared_ptr<Inbox> inbox,
    std::function<void(RecordHandle)> release,
    std::shared_ptr<void> client
)
    : inbox_(std::move(inbox))
    , release_(std::move(release))
    , client_(std::move(client)) {}

void CompletionDesk::post(const FinishedToken& token, std::string reason) {
    std::optional<RecordHandle> record;
    {
        const std::lock_guard lock{mutex_};
        if (!has_ended_) {
            inbox_->post(token, std::move(reason));
            return;
        }
        if (token.end == TokenEnd::finished_again) return;
        const bool is_known = open_.contains(token.work);
        record = open_.unpin(token.work);
        if (!is_known) ended_unknown_.insert(token.work);
    }
    if (record) release_(*record);
}

void CompletionDesk::end(PinnedRecords open) {
    const std::lock_guard lock{mutex_};
    has_ended_ = true;
    open_ = std::move(open);
}

void CompletionDesk::adopt(WorkId work, RecordHandle record) {
    {
        const std::lock_guard lock{mutex_};
        if (ended_unknown_.erase(work) == 0) {
            open_.pin(work, record);
            static_cast<void>(open_.keep(record));
            return;
        }
    }
    release_(record);
}

CompletionToken CompletionSource::take() {
    CompletionToken token;
    token.desk_ = desk_;
    token.work_ = item_.work.value();
    token.partition_ = item_.partition.partition;
    token.epoch_ = item_.partition.epoch;
    token.offset_ = item_.offset;
    token.is_open_ = !std::exchange(is_taken_, true);
    return token;
}

}  // namespace odradek
