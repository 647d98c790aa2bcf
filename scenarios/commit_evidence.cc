#include "scenarios/commit_evidence.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace odradek::scenarios {

namespace {

using Place = std::pair<std::int32_t, std::int32_t>;
using Content = std::tuple<std::int32_t, std::int32_t, std::int64_t, std::string>;

Place place_of(const TraceEvent& event) {
    return {event.topic, event.partition.value()};
}

Content content_of(const TraceEvent& event) {
    return {event.topic, event.partition.value(), event.offset.value(), event.detail};
}

}  // namespace

std::vector<TraceEvent> merge_commits(
    const std::vector<TraceEvent>& acknowledged, std::vector<TraceEvent> stored
) {
    std::map<Content, std::deque<std::size_t>> unheard;
    for (std::size_t index = 0; index < stored.size(); ++index) {
        unheard[content_of(stored[index])].push_back(index);
    }
    std::vector<TraceEvent> only_heard;
    for (const TraceEvent& heard : acknowledged) {
        const auto found = unheard.find(content_of(heard));
        if (found == unheard.end() || found->second.empty()) {
            only_heard.push_back(heard);
            continue;
        }
        TraceEvent& commit = stored[found->second.front()];
        found->second.pop_front();
        commit.at = std::min(commit.at, heard.at);
        commit.member = heard.member;
        commit.epoch = heard.epoch;
    }
    // What was stored before another one was stored no later than it.
    std::map<Place, Instant> latest;
    for (auto commit = stored.rbegin(); commit != stored.rend(); ++commit) {
        const auto [known, is_new] = latest.try_emplace(place_of(*commit), commit->at);
        if (!is_new) known->second = commit->at = std::min(commit->at, known->second);
    }
    stored.insert(stored.end(), only_heard.begin(), only_heard.end());
    std::ranges::stable_sort(stored, {}, &TraceEvent::at);
    return stored;
}

}  // namespace odradek::scenarios
