#include "scenarios/picture.h"

#include "scenarios/canvas.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace odradek::scenarios {

namespace {

constexpr double row = Canvas::row_height;
constexpr std::size_t marks_max = 3000;  ///< of one kind; a browser draws no more with ease
constexpr int colours = 8;

std::string topic_name(const Scenario& scenario, std::int32_t topic) {
    const auto index = static_cast<std::size_t>(topic);
    return topic >= 0 && index < scenario.topics.size() ? scenario.topics[index].name
                                                        : fmt::format("#{}", topic);
}

using LaneKey = std::tuple<std::int32_t, std::int32_t, std::string>;
using Runs = std::vector<const HandlerRunMark*>;

LaneKey lane_of(const HandlerRunMark& run) {
    return {run.topic, run.partition, run.key};
}

std::string member_style(std::int32_t member) {
    return fmt::format("m{}", member < 0 ? 0 : member % colours);
}

std::string_view outcome_style(const std::string& outcome) {
    static constexpr std::array known{"done", "retry", "skip", "fail"};
    const auto* found = std::ranges::find(known, outcome);
    return found == known.end() ? "died" : *found;
}

/// Rows below each other for spans that would overlap in one.
class Stack {
public:
    explicit Stack(std::size_t rows_max) : rows_max_(rows_max) {}

    /// The row for something from `from` to `to`; `rows_max` when there is none left.
    std::size_t place(double from, double to) {
        std::size_t row_number = 0;
        while (row_number < ends_.size() && ends_[row_number] > from)
            ++row_number;
        if (row_number == rows_max_) return rows_max_;
        if (row_number == ends_.size()) ends_.push_back(0);
        ends_[row_number] = to;
        return row_number;
    }

    [[nodiscard]] std::size_t rows() const { return ends_.size(); }

private:
    std::size_t rows_max_;
    std::vector<double> ends_;
};

/// Draws the parts of a run one below the other.
class Drawing {
public:
    Drawing(
        const Chronicle& told,
        const RunReport& report,
        const Scenario& scenario,
        const PictureView& view
    )
        : told_(told)
        , report_(report)
        , scenario_(scenario)
        , view_(view)
        , canvas_(view.window) {}

    std::string draw() {
        draw_disturbances();
        draw_members();
        draw_partitions();
        if (view_.lanes_max > 0) draw_lanes();
        draw_proof();
        return canvas_.finish();
    }

private:
    void draw_disturbances() {
        const auto is_seen = [&](const Disturbance& each) { return canvas_.shows(each.span); };
        if (std::ranges::none_of(told_.disturbances, is_seen)) return;
        canvas_.heading("faults");
        constexpr std::size_t rows_max = 8;
        constexpr double letter = 6.6;
        Stack stack(rows_max);
        const double top = canvas_.y();
        for (const Disturbance& each : told_.disturbances) {
            if (!is_seen(each)) continue;
            const double from = canvas_.x_of(each.span.from);
            const double text_end = from + letter * static_cast<double>(each.what.size()) + 8;
            const std::size_t place =
                stack.place(from, std::max(text_end, canvas_.x_of(each.span.to) + 2));
            if (place == rows_max) continue;
            canvas_.set_y(top + static_cast<double>(place) * row);
            canvas_.bar(each.span, "fault", each.what);
            canvas_.text(std::max(each.span.from, view_.window.from), "f", each.what);
        }
        canvas_.set_y(top + static_cast<double>(stack.rows()) * row);
    }

    void draw_members() {
        canvas_.heading("members");
        std::set<std::int32_t> members;
        for (const MemberLife& life : told_.lives) {
            members.insert(life.member);
        }
        for (const std::int32_t member : members) {
            const std::string name = fmt::format("member {}", member);
            canvas_.name_row(name);
            for (const MemberLife& life : told_.lives) {
                if (life.member != member) continue;
                canvas_.bar(life.span, member_style(member), name);
                if (life.crashed && canvas_.shows(life.span.to)) {
                    canvas_.text(
                        life.span.to,
                        "x",
                        "✕",
                        fmt::format("crashed at {:.4f} s", seconds_at(life.span.to))
                    );
                }
            }
            canvas_.next_row();
        }
    }

    void draw_partitions() {
        canvas_.heading("partitions: who owns them, ▲ commits");
        std::set<std::pair<std::int32_t, std::int32_t>> partitions;
        for (const Ownership& each : told_.ownerships) {
            partitions.emplace(each.topic, each.partition);
        }
        constexpr std::size_t partitions_max = 24;
        std::size_t drawn = 0;
        for (const auto& [topic, partition] : partitions) {
            if (++drawn > partitions_max) break;
            canvas_.name_row(fmt::format("{}-{}", topic_name(scenario_, topic), partition));
            draw_owners(topic, partition);
            draw_commits(topic, partition);
            canvas_.next_row();
        }
        if (partitions.size() > partitions_max) {
            canvas_.name_row(fmt::format("and {} more", partitions.size() - partitions_max));
            canvas_.next_row();
        }
    }

    void draw_owners(std::int32_t topic, std::int32_t partition) {
        for (const Ownership& each : told_.ownerships) {
            if (each.topic != topic || each.partition != partition) continue;
            canvas_.bar(
                each.span,
                "own " + member_style(each.member),
                fmt::format("member {}, epoch {}", each.member, each.epoch)
            );
            canvas_.bar_text(each.span, std::to_string(each.member));
        }
    }

    void draw_commits(std::int32_t topic, std::int32_t partition) {
        std::size_t drawn = 0;
        for (const CommitMark& commit : told_.commits) {
            if (commit.topic != topic || commit.partition != partition) continue;
            if (!canvas_.shows(commit.at) || ++drawn > marks_max) continue;
            std::string tip = commit.failed ? "commit failed" : "commit";
            if (commit.offset >= 0) tip += fmt::format(": {}", commit.offset);
            if (commit.member >= 0) tip += fmt::format(", member {}", commit.member);
            canvas_.triangle(commit.at, commit.failed ? "cf" : "c", tip);
        }
    }

    /// Lanes of what proves the violation first, then those with most runs in the window.
    [[nodiscard]] std::vector<std::pair<LaneKey, Runs>> chosen_lanes() const {
        std::map<LaneKey, Runs> lanes;
        for (const HandlerRunMark& run : told_.runs) {
            if (canvas_.shows(run.span)) lanes[lane_of(run)].push_back(&run);
        }
        const std::set<LaneKey> wanted = proving_lanes();
        std::vector<std::pair<LaneKey, Runs>> chosen(lanes.begin(), lanes.end());
        std::ranges::stable_sort(chosen, [&](const auto& one, const auto& other) {
            const bool first = wanted.contains(one.first);
            const bool second = wanted.contains(other.first);
            if (first != second) return first;
            return one.second.size() > other.second.size();
        });
        chosen.resize(std::min(chosen.size(), view_.lanes_max));
        return chosen;
    }

    [[nodiscard]] std::set<LaneKey> proving_lanes() const {
        std::set<LaneKey> lanes;
        for (const TraceEvent* event : proof()) {
            for (const HandlerRunMark& run : told_.runs) {
                const bool is_it = run.topic == event->topic &&
                                   run.partition == event->partition.value() &&
                                   run.offset == event->offset.value();
                if (is_it) lanes.insert(lane_of(run));
            }
        }
        return lanes;
    }

    [[nodiscard]] std::vector<const TraceEvent*> proof() const {
        std::vector<const TraceEvent*> events;
        if (report_.verdict.violations.empty()) return events;
        for (const sim::EventNumber number : report_.verdict.violations.front().proof) {
            if (number > 0 && number <= report_.trace.size()) {
                events.push_back(&report_.trace[number - 1]);
            }
        }
        return events;
    }

    void draw_lanes() {
        const auto lanes = chosen_lanes();
        if (lanes.empty()) return;
        canvas_.heading("lanes: handler runs with their offsets, coloured by outcome");
        for (const auto& [lane, runs] : lanes) {
            const auto& [topic, partition, key] = lane;
            canvas_.name_row(fmt::format("{}-{} {}", topic_name(scenario_, topic), partition, key));
            draw_runs(runs);
        }
    }

    // Runs of a lane that overlap stand below each other: that is what must not be.
    void draw_runs(const Runs& runs) {
        constexpr std::size_t rows_max = 4;
        Stack stack(rows_max);
        const double top = canvas_.y();
        std::size_t drawn = 0;
        for (const HandlerRunMark* run : runs) {
            if (++drawn > marks_max) break;
            const std::size_t place =
                stack.place(seconds_at(run->span.from), seconds_at(run->span.to));
            if (place == rows_max) continue;
            canvas_.set_y(top + static_cast<double>(place) * row);
            canvas_.bar(
                run->span,
                outcome_style(run->outcome),
                fmt::format(
                    "offset {}, attempt {}, member {}: {}",
                    run->offset,
                    run->attempt,
                    run->member,
                    run->outcome.empty() ? "never ended" : run->outcome
                )
            );
            canvas_.bar_text(run->span, fmt::format("{} m{}", run->offset, run->member));
        }
        constexpr double gap = 4;
        const auto rows = static_cast<double>(std::max<std::size_t>(stack.rows(), 1));
        canvas_.set_y(top + rows * row + gap);
    }

    void draw_proof() {
        int number = 0;
        double last = -100;
        double shift = 0;
        for (const TraceEvent* event : proof()) {
            ++number;
            if (!canvas_.shows(event->at)) continue;
            const double x = canvas_.x_of(event->at);
            constexpr double digit = 11;
            shift = x - last < digit + 1 ? shift + digit : 0;
            last = x;
            canvas_.needle(event->at, number, shift);
        }
    }

    const Chronicle& told_;
    const RunReport& report_;
    const Scenario& scenario_;
    const PictureView& view_;
    Canvas canvas_;
};

}  // namespace

PictureView overview(const Chronicle& told) {
    return {.window = told.whole, .lanes_max = 0};
}

std::optional<PictureView> close_up(const Chronicle& told, const RunReport& report) {
    if (report.verdict.violations.empty()) return std::nullopt;
    std::optional<TimeSpan> window;
    for (const sim::EventNumber number : report.verdict.violations.front().proof) {
        if (number == 0 || number > report.trace.size()) continue;
        const Instant at = report.trace[number - 1].at;
        if (!window) window = TimeSpan{at, at};
        window->from = std::min(window->from, at);
        window->to = std::max(window->to, at);
    }
    if (!window) return std::nullopt;
    constexpr Duration margin_min = std::chrono::milliseconds{30};
    const Duration margin = std::max<Duration>((window->to - window->from) / 4, margin_min);
    window->from = std::max(window->from - margin, told.whole.from);
    window->to = std::min(window->to + margin, told.whole.to);
    constexpr std::size_t lanes = 12;
    return PictureView{.window = *window, .lanes_max = lanes};
}

std::string picture(
    const Chronicle& told,
    const RunReport& report,
    const Scenario& scenario,
    const PictureView& view
) {
    return Drawing(told, report, scenario, view).draw();
}

}  // namespace odradek::scenarios
