#include "simulator/checkers/meters_agree_with_trace.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

namespace odradek::sim {

namespace {

/// "done=4 retry=1" → the numbers by name. A trace file is foreign input: what cannot be read is
/// left out, and missed by the comparison.
std::map<std::string, std::uint64_t, std::less<>> numbers_of(std::string_view text) {
    std::map<std::string, std::uint64_t, std::less<>> numbers;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) continue;
        std::uint64_t value = 0;
        const char* end = word.data() + word.size();
        const auto read = std::from_chars(word.data() + equals + 1, end, value);
        if (read.ec == std::errc{} && read.ptr == end) {
            numbers[std::string(word.substr(0, equals))] = value;
        }
    }
    return numbers;
}

class MetersAgreeWithTrace final : public Checker {
public:
    void observe(const Observed& seen, const History& /*history*/, Violations& found) override {
        using enum TraceEvent::Kind;
        const TraceEvent& event = seen.event;
        if (event.member < 0) return;
        Counts& counts = lives_[event.member];
        switch (event.kind) {
            case member_up:
                counts = {};
                return;
            case polled:
                ++counts["polled"];
                return;
            case finished:
                ++counts[event.detail];
                return;
            case committed:
                ++counts["commits"];
                return;
            case metered:
                compare(seen, counts, found);
                return;
            case produced:
            case started:
            case sent:
            case acknowledged:
            case commit_failed:
            case assigned:
            case revoked:
            case lost:
            case paused:
            case resumed:
            case member_down:
            case fault_on:
            case fault_off:
            case probe:
            case note:
                return;
        }
    }

private:
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;

    static std::uint64_t value_of(const Counts& counts, std::string_view name) {
        const auto counted = counts.find(name);
        return counted == counts.end() ? 0 : counted->second;
    }

    static void compare(const Observed& seen, const Counts& counts, Violations& found) {
        const Counts meters = numbers_of(seen.event.detail);
        for (const std::string_view name : {"polled", "done", "retry", "skip", "fail", "commits"}) {
            const std::uint64_t said = value_of(meters, name);
            const std::uint64_t seen_by_trace = value_of(counts, name);
            // A commit may be stored although its answer was lost, and a real client's reads are
            // not in the trace.
            const bool agrees = name == "commits" ? said <= seen_by_trace
                                                  : said == seen_by_trace ||
                                                        (name == "polled" && seen_by_trace == 0);
            if (agrees && meters.contains(name)) continue;
            found.add(
                "member " + std::to_string(seen.event.member) + " metered " + std::string(name) +
                    "=" + std::to_string(said) + ", the trace says " +
                    std::to_string(seen_by_trace),
                {seen.number}
            );
        }
    }

    std::map<std::int32_t, Counts> lives_;  ///< of the present life, by member
};

}  // namespace

std::unique_ptr<Checker> make_meters_agree_with_trace() {
    return std::make_unique<MetersAgreeWithTrace>();
}

}  // namespace odradek::sim
