#include "engine/core/completion/deferrals.h"

#include <utility>

namespace odradek {

std::optional<WorkId> Deferrals::take_due(Instant now) {
    if (queue_.empty() || now < queue_.front().due_at) return std::nullopt;
    const WorkId work = queue_.front().work;
    queue_.pop_front();
    return work;
}

std::optional<Instant> Deferrals::next_due() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.front().due_at;
}

void Deferrals::keep_early(const FinishedToken& token, std::string reason) {
    early_.emplace(token.work, Early{token, std::move(reason)});
}

std::optional<Deferrals::Early> Deferrals::take_early(WorkId work) {
    auto found = early_.extract(work);
    if (found.empty()) return std::nullopt;
    return std::move(found.mapped());
}

}  // namespace odradek
