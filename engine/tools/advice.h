#pragma once

#include "engine/tools/distribution.h"
#include "engine/tools/what_if.h"

#include <span>
#include <string>
#include <vector>

namespace odradek {

/// One thing worth doing or knowing, most important first.
struct Advice {
    enum class Kind : unsigned char { problem, warning, idea };

    Kind kind;
    std::string topic;  ///< stable word for tools: "hot_key", "same_hash", "sample"
    std::string text;   ///< what it is, and what to do about it
};

/// What the judgement means for whoever deploys. `tried`: layouts ranked, may be empty.
[[nodiscard]] std::vector<Advice> advise(
    const Distribution& distribution, const Layout& layout, std::span<const WhatIf> tried
);

}  // namespace odradek
