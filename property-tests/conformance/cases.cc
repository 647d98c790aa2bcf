#include "property-tests/conformance/cases.h"

namespace odradek::conformance {

const std::vector<Case>& all_cases() {
    static const std::vector<Case> all = [] {
        std::vector<Case> cases = commit_cases();
        for (const auto& more : {group_cases(), log_cases(), transaction_cases(), broker_cases()})
            cases.insert(cases.end(), more.begin(), more.end());
        return cases;
    }();
    return all;
}

}  // namespace odradek::conformance
