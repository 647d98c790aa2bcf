#pragma once

#include <string_view>

namespace odradek {

/// The name of the codec that a committed text was made by, as Decoded::codec has it; "none" for an
/// empty text, "unknown" for a foreign or damaged one. Looks at its first bytes only. A literal.
[[nodiscard]] std::string_view codec_name_of(std::string_view text);

}  // namespace odradek
