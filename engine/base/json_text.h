#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace odradek {

/// Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above
/// U+10FFFF (Unicode 15, table 3-7).
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// Base64 with padding, alphabet of RFC 4648 section 4.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// The bytes again; empty for text that is not canonical padded base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// Appends `bytes` as a JSON value: a string when they are UTF-8, else {"base64":"…"}. Only quote,
/// backslash and control characters are escaped, so equal bytes give equal text.
void append_json_bytes(std::string_view bytes, std::string& json);

}  // namespace odradek
