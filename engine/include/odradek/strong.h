#pragma once

#include <compare>
#include <concepts>
#include <functional>

namespace odradek {

/// An integer with a meaning: `Tag` names it, and two tags never mix.
///
/// Made explicitly, read with `value()`. It has order and equality and nothing else; arithmetic
/// that makes sense is a named function beside the type (`next(Offset)`), so that `partition +
/// offset` does not compile.
template <typename Tag, std::integral Representation>
class Strong {
public:
    using rep = Representation;

    constexpr Strong() = default;
    constexpr explicit Strong(Representation value) : value_(value) {}

    [[nodiscard]] constexpr Representation value() const { return value_; }

    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

private:
    Representation value_ = 0;
};

}  // namespace odradek

template <typename Tag, std::integral Representation>
struct std::hash<odradek::Strong<Tag, Representation>> {
    std::size_t operator()(odradek::Strong<Tag, Representation> value) const {
        return std::hash<Representation>{}(value.value());
    }
};
