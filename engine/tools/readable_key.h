#pragma once

#include <string>
#include <string_view>

namespace odradek {

/// The key as people can read it: itself, or `base64:…` when it is not UTF-8.
[[nodiscard]] std::string readable_key(std::string_view key);

}  // namespace odradek
