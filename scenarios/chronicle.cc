#include "scenarios/chronicle.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace odradek::scenarios {

namespace {

/// Takes the events in order and closes what they end.
class Chronicler {
public:
    explicit Chronicler(const std::vector<TraceEvent>& trace) {
        for (const TraceEvent& event : trace) {
            ++number_;
            take(event);
            result_.whole.to = std::max(result_.whole.to, event.at);
        }
    }

    Chronicle finish() {
        const Instant end = result_.whole.to;
        for (MemberLife& life : result_.lives) {
            if (life.span.to < life.span.from) life.span.to = end;
        }
        for (Ownership& ownership : result_.ownerships) {
            if (ownership.span.to < ownership.span.from) ownership.span.to = end;
        }
        for (HandlerRunMark& run : result_.runs) {
            if (run.span.to < run.span.from) run.span.to = end;
        }
        return std::move(result_);
    }

private:
    using RunKey = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::int64_t>;
    static constexpr Instant open = Instant{Duration{-1}};

    void take(const TraceEvent& event) {
        using enum TraceEvent::Kind;
        switch (event.kind) {
            case started:
                return take_start(event);
            case finished:
                return take_finish(event);
            case committed:
            case commit_failed:
                return take_commit(event);
            case assigned:
                result_.ownerships.push_back(
                    {.span = {event.at, open},
                     .topic = event.topic,
                     .partition = event.partition.value(),
                     .member = event.member,
                     .epoch = event.epoch.value()}
                );
                return;
            case revoked:
            case lost:
                return end_ownerships(event, false);
            case member_up:
                result_.lives.push_back({.span = {event.at, open}, .member = event.member});
                return;
            case member_down:
                return take_death(event);
            case fault_on:
                result_.disturbances.push_back({{event.at, event.at}, event.detail});
                return;
            case fault_off:
                return end_disturbance(event);
            case produced:
            case polled:
            case sent:
            case acknowledged:
            case paused:
            case resumed:
            case metered:
            case probe:
            case note:
                return;
        }
    }

    void take_start(const TraceEvent& event) {
        running_[run_key(event)] = result_.runs.size();
        result_.runs.push_back(
            {.span = {event.at, open},
             .topic = event.topic,
             .partition = event.partition.value(),
             .member = event.member,
             .offset = event.offset.value(),
             .attempt = event.attempt,
             .key = event.has_key ? event.key : "(no key)",
             .outcome = {},
             .number = number_}
        );
    }

    void take_finish(const TraceEvent& event) {
        const auto found = running_.find(run_key(event));
        if (found == running_.end()) return;
        HandlerRunMark& run = result_.runs[found->second];
        run.span.to = event.at;
        run.outcome = event.detail;
        running_.erase(found);
    }

    void take_commit(const TraceEvent& event) {
        result_.commits.push_back(
            {.at = event.at,
             .topic = event.topic,
             .partition = event.partition.value(),
             .member = event.member,
             .offset = event.offset.value(),
             .failed = event.kind == TraceEvent::Kind::commit_failed}
        );
    }

    void end_ownerships(const TraceEvent& event, bool all) {
        for (Ownership& ownership : result_.ownerships) {
            const bool is_it = ownership.member == event.member && ownership.span.to == open &&
                               (all || (ownership.topic == event.topic &&
                                        ownership.partition == event.partition.value()));
            if (is_it) ownership.span.to = event.at;
        }
    }

    void take_death(const TraceEvent& event) {
        for (MemberLife& life : result_.lives) {
            if (life.member != event.member || life.span.to != open) continue;
            life.span.to = event.at;
            life.crashed = event.detail != "closed";
        }
        end_ownerships(event, true);
        std::erase_if(running_, [&](const auto& entry) {
            if (std::get<0>(entry.first) != event.member) return false;
            result_.runs[entry.second].span.to = event.at;
            return true;
        });
    }

    void end_disturbance(const TraceEvent& event) {
        for (auto last = result_.disturbances.rbegin(); last != result_.disturbances.rend();
             ++last) {
            if (last->what != event.detail || last->span.to != last->span.from) continue;
            last->span.to = event.at;
            return;
        }
    }

    static RunKey run_key(const TraceEvent& event) {
        return {event.member, event.topic, event.partition.value(), event.offset.value()};
    }

    Chronicle result_;
    std::map<RunKey, std::size_t> running_;
    sim::EventNumber number_ = 0;
};

}  // namespace

Chronicle chronicle(const std::vector<TraceEvent>& trace) {
    return Chronicler(trace).finish();
}

}  // namespace odradek::scenarios
