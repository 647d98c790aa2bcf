#pragma once

#include "scenarios/scenario.h"
#include "simulator/checkers/checker.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::scenarios {

/// What a run says in the end. The worst that happened names it.
struct Verdict {
    enum class Kind : unsigned char {
        held,      ///< every guarantee holds, and everything was done in time
        stuck,     ///< no guarantee broke, but the run never came to rest; `why` says what is open
        broken,    ///< `violations` say which guarantees do not hold
        contract,  ///< a promise inside Odradek broke; `why` says where
    };

    Kind kind = Kind::held;
    std::vector<sim::Violation> violations;
    std::string why;

    [[nodiscard]] bool breaks(std::string_view guarantee) const {
        return std::ranges::any_of(violations, [&](const sim::Violation& violation) {
            return violation.guarantee == guarantee;
        });
    }
};

[[nodiscard]] constexpr std::string_view name_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::held:
            return "held";
        case Verdict::Kind::stuck:
            return "stuck";
        case Verdict::Kind::broken:
            return "broken";
        case Verdict::Kind::contract:
            return "contract";
    }
    return "unknown";
}

/// Whether the run did what its scenario said it would.
[[nodiscard]] inline bool is_as_expected(const Verdict& verdict, const Expectation& expectation) {
    if (verdict.kind == Verdict::Kind::contract) return false;
    if (expectation.broken) return verdict.breaks(*expectation.broken);
    return verdict.kind == Verdict::Kind::held;
}

}  // namespace odradek::scenarios
