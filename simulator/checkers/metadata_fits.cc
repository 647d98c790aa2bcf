#include "simulator/checkers/metadata_fits.h"

#include "simulator/checkers/commit_text.h"

namespace odradek::sim {

namespace {

class MetadataFits final : public Checker {
public:
    void observe(const Observed& seen, const History& history, Violations& found) override {
        if (seen.event.kind != TraceEvent::Kind::committed) return;
        const std::size_t limit = history.settings().metadata_chars_max;
        if (seen.event.detail.size() <= limit) return;  // units are never more than bytes
        const std::size_t units = utf16_units(seen.event.detail);
        if (units <= limit) return;
        found.add(
            "a commit carries " + std::to_string(units) + " units of metadata; " +
                std::to_string(limit) + " are allowed",
            {seen.number}
        );
    }
};

}  // namespace

std::unique_ptr<Checker> make_metadata_fits() {
    return std::make_unique<MetadataFits>();
}

}  // namespace odradek::sim
