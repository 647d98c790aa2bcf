#pragma once

#include "odradek/outcome.h"
#include "odradek/record.h"

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace odradek {

/// What a batch handler answers: one outcome for every record of the batch, or one for each, in
/// their order (PC-6).
///
/// A list that is shorter than the batch leaves the rest as if it had not run: it comes again, and
/// that does not count as an attempt. So a handler may stop where it failed.
class BatchOutcome {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): an outcome is the answer of the whole batch.
    BatchOutcome(Outcome whole) : answer_(std::move(whole)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    BatchOutcome(std::vector<Outcome> each) : answer_(std::move(each)) {}

    /// The outcome of the record at `index`; nullptr where the list ended before.
    [[nodiscard]] const Outcome* of(std::size_t index) const {
        if (const auto* whole = std::get_if<Outcome>(&answer_)) return whole;
        const auto& each = std::get<std::vector<Outcome>>(answer_);
        return index < each.size() ? &each[index] : nullptr;
    }

    /// Outcomes in the list; none for one outcome of the whole.
    [[nodiscard]] std::size_t list_size() const {
        const auto* each = std::get_if<std::vector<Outcome>>(&answer_);
        return each == nullptr ? 0 : each->size();
    }

private:
    std::variant<Outcome, std::vector<Outcome>> answer_;
};

/// User code for up to `EngineOptions::batch_size` records of one partition, in offset order
/// (PC-6). Several calls run at once; no lane is in two of them. May throw: every record of the
/// batch then runs again, with the exception's text as the reason.
///
/// Order in a lane is kept whatever it answers: an outcome counts only when every earlier record of
/// its lane in the batch is finished (done, or skipped), else its record runs again behind that
/// one. What failed comes again in batches of half the size, and alone for its last attempt.
using BatchHandler = std::function<BatchOutcome(std::span<const RecordContext>)>;

}  // namespace odradek
