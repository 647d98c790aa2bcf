#pragma once

#include <string>
#include <string_view>

namespace odradek {

/// Text as it stands in XML and HTML, between tags or in a double-quoted attribute: `&`, `<`, `>`
/// and
/// `"` escaped, control characters that XML 1.0 does not allow replaced by `?`.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace odradek
