#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace odradek {

/// Base64 of RFC 4648 with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// The bytes again; nothing when the text is not such base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// The text is UTF-8 (RFC 3629): no overlong forms, no surrogates.
[[nodiscard]] bool is_utf8(std::string_view text);

/// The key as people can read it: itself, or `base64:…` when it is not UTF-8.
[[nodiscard]] std::string readable_key(std::string_view key);

}  // namespace odradek
