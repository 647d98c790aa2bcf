#pragma once

#include "engine/base/bytes.h"

#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace odradek {

/// RFC 4648, section 4: the basic alphabet, with padding, in one line.
[[nodiscard]] std::string base64_of(std::span<const std::uint8_t> bytes);

/// As java.util.Base64's basic decoder takes it: padding may be missing as a whole; anything
/// outside the alphabet is refused. Error: position of the first byte that does not belong.
[[nodiscard]] std::expected<ByteBuffer, std::size_t> bytes_of_base64(std::string_view text);

}  // namespace odradek
