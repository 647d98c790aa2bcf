#pragma once

#include <span>
#include <string>
#include <string_view>

namespace odradek {

/// The candidate closest to `word`, empty when none is near (more than a third of it differs).
[[nodiscard]] std::string nearest(
    std::string_view word, std::span<const std::string_view> candidates
);

}  // namespace odradek
