#pragma once

#include <cstdint>
#include <string>

namespace odradek {

/// One mistake in an input file, where it stands and what was expected there.
struct ConfigError {
    std::string file;
    std::uint32_t line = 0;    ///< 1-based; 0: the file as a whole
    std::uint32_t column = 0;  ///< 1-based
    std::string what;
    std::string help;  ///< a suggestion; may be empty

    friend bool operator==(const ConfigError&, const ConfigError&) = default;
};

/// "orders.yml:3:5: unknown field 'orderin'; did you mean 'ordering'?"
[[nodiscard]] inline std::string to_string(const ConfigError& error) {
    std::string text = error.file;
    if (error.line > 0) {
        text += ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
    }
    text += ": " + error.what;
    if (!error.help.empty()) text += "; " + error.help;
    return text;
}

}  // namespace odradek
