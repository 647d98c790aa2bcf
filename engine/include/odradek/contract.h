#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace odradek {

/// A promise between our own parts was broken: a bug in Odradek, never the user's fault.
///
/// The one exception the project throws. The driver stops committing and closes with it as the
/// cause, the simulator turns it into a red run, `main` into exit code 70.
class ContractViolation : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

namespace detail {

[[noreturn]] inline void fail_contract(const char* kind, const std::source_location& where) {
    throw ContractViolation(
        std::string(kind) + " failed in " + where.function_name() + " at " + where.file_name() +
        ":" + std::to_string(where.line())
    );
}

}  // namespace detail

/// What the caller promised. Always checked.
constexpr void expects(
    bool condition, const std::source_location& where = std::source_location::current()
) {
    if (!condition) [[unlikely]] {
        detail::fail_contract("precondition", where);
    }
}

/// What this function promises. Always checked.
constexpr void ensures(
    bool condition, const std::source_location& where = std::source_location::current()
) {
    if (!condition) [[unlikely]] {
        detail::fail_contract("postcondition", where);
    }
}

}  // namespace odradek
