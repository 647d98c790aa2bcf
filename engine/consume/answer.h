#pragma once

#include "odradek/outcome.h"

#include <expected>
#include <string>
#include <string_view>

namespace odradek::consume {

/// What a worker answered for its record, as one line without its end:
///
///     done             finished
///     retry            again after the configured delay
///     retry 500ms      again after this delay (20ms, 5s, 2m; ≥ 0)
///     skip [REASON]    finished without success, on purpose
///     fail REASON      never again: the failure policy decides
///
/// A carriage return and spaces around the line are ignored. Error: what is wrong with the line, in
/// words.
[[nodiscard]] std::expected<Outcome, std::string> parse_answer(std::string_view line);

}  // namespace odradek::consume
