#pragma once

#include "scenarios/scenario.h"
#include "scenarios/trace_hash.h"
#include "scenarios/verdict.h"
#include "simulator/checkers/judge.h"
#include "simulator/client/handler_model.h"
#include "simulator/kernel/trace_sink.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// What the judge must know of a scenario beside its trace.
[[nodiscard]] sim::JudgedSettings judged_settings(const Scenario& scenario);

/// What a run leaves behind, in either world.
struct RunReport {
    std::uint64_t seed = 0;
    Verdict verdict;
    Duration lasted{};           ///< on the run's own time line
    std::uint64_t records = 0;   ///< produced
    std::uint64_t faults = 0;    ///< that were to happen
    std::uint64_t members = 0;   ///< of the group, late ones too
    std::uint64_t handled = 0;   ///< handler runs that ended
    std::uint64_t replayed = 0;  ///< starts of records that were finished already
    std::set<std::string> probes;
    std::vector<TraceEvent> trace;  ///< empty unless it was kept
    std::string trace_sha256;       ///< empty unless it was hashed
};

/// A user's handlers in a simulated run; see odradek/chaos.h.
struct UserCode {
    /// A process of this member starts.
    std::function<void(std::int32_t member)> born;

    /// One run of its handler; `drawn` is what the scenario's handler model answers.
    std::function<sim::HandlerAnswer(
        std::int32_t member, const sim::HandlerRun& run, const sim::HandlerAnswer& drawn
    )>
        run;
};

/// What a run is asked for.
struct RunRequest {
    std::uint64_t seed = 1;
    bool keep_trace = false;
    bool hash_trace = false;
    const UserCode* user = nullptr;  ///< outlives the run; null: the handler model alone
};

/// How a run ended, as far as the trace does not say it.
struct RunEnding {
    bool reached_end = false;  ///< load, heal and the time for the rest are over
    bool at_rest = false;      ///< everything was finished and committed before that time was over
    Instant at{};              ///< when; the last event may lie before it
    std::string pending;       ///< what was open when it was not at rest
    std::vector<std::string> contracts;  ///< broken promises, with their place
};

/// Judges, keeps and hashes a trace while it happens; both worlds write to it.
class Recording final : public sim::TraceSink {
public:
    Recording(const Scenario& scenario, const RunRequest& request);

    void observe(const TraceEvent& event) override;

    /// Call once, when nothing follows.
    [[nodiscard]] RunReport finish(const RunEnding& ending);

private:
    RunRequest request_;
    sim::Judge judge_;
    TraceHash hash_;
    RunReport report_;
    Instant last_at_{};
    std::string line_;
};

}  // namespace odradek::scenarios
