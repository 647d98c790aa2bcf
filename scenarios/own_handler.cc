#include "odradek/chaos.h"
#include "odradek/contract.h"

#include "scenarios/catalog.h"
#include "scenarios/run.h"
#include "scenarios/story.h"

#include <array>
#include <exception>
#include <map>
#include <utility>

namespace odradek::chaos {

namespace {

using scenarios::RunReport;
using scenarios::Scenario;

constexpr std::size_t story_lines = 60;

std::expected<Scenario, std::string> load(const Trial& trial) {
    if (!trial.make_handler) return std::unexpected("Trial::make_handler is empty");
    const std::array words{trial.scenario};
    auto loaded = trial.catalog.empty() ? scenarios::load_scenarios(words)
                                        : scenarios::load_scenarios(words, trial.catalog);
    if (!loaded) {
        std::string text;
        for (const ConfigError& mistake : loaded.error()) {
            text += (text.empty() ? "" : "\n") + to_string(mistake);
        }
        return std::unexpected(std::move(text));
    }
    if (loaded->size() != 1) {
        return std::unexpected("'" + trial.scenario + "' means several scenarios; name one");
    }
    Scenario scenario = std::move(loaded->front());
    if (scenario.consumer != "engine") {
        return std::unexpected(scenario.name + " runs the baseline '" + scenario.consumer + "'");
    }
    if (trial.engine) {
        std::string text;
        for (const Error& mistake : validate(*trial.engine)) {
            text += (text.empty() ? "" : "\n") + to_string(mistake);
        }
        if (!text.empty()) return std::unexpected(std::move(text));
        scenario.engine = *trial.engine;
    }
    return scenario;
}

/// The handlers of a run, one for each life of a member.
class Handlers {
public:
    Handlers(const Trial& trial, const Scenario& scenario) : trial_(trial), scenario_(scenario) {}

    [[nodiscard]] scenarios::UserCode code() {
        return {
            .born = [this](std::int32_t member) { alive_[member] = trial_.make_handler(member); },
            .run = [this](
                       std::int32_t member,
                       const sim::HandlerRun& which,
                       const sim::HandlerAnswer& drawn
                   ) { return run(alive_.at(member), which, drawn); }};
    }

private:
    sim::HandlerAnswer run(
        const Handler& handler, const sim::HandlerRun& which, const sim::HandlerAnswer& drawn
    ) {
        const auto topic = static_cast<std::size_t>(which.topic);
        const std::string& name = scenario_.topics[topic].name;
        const std::string value = value_of(name, which);
        Record record{.topic = name, .partition = which.partition, .offset = which.offset};
        if (which.has_key) record.key = std::as_bytes(std::span{which.key});
        record.value = std::as_bytes(std::span{value});
        const Outcome outcome =
            call(handler, {.record = record, .attempt = which.attempt, .assignment = Epoch{}});
        if (drawn.result != WorkResult::done) return drawn;
        sim::HandlerAnswer answer = drawn;
        answer.result = result_of(outcome.kind());
        if (answer.result == WorkResult::retry) answer.retry_delay = outcome.delay();
        return answer;
    }

    // As in production (engine/runtime/invoke.cc): whatever leaves a handler is a retry.
    static Outcome call(const Handler& handler, const RecordContext& context) {
        try {
            return handler(context);
        } catch (const std::exception& thrown) {
            return Outcome::retry();
        }
    }

    [[nodiscard]] std::string value_of(const std::string& topic, const sim::HandlerRun& which)
        const {
        if (!trial_.make_value) return std::string(scenario_.load.value_bytes_min, '\0');
        RecordId id{
            .topic = topic, .partition = which.partition, .offset = which.offset, .key = {}};
        if (which.has_key) id.key = std::string(which.key);
        return trial_.make_value(id);
    }

    static WorkResult result_of(Outcome::Kind kind) {
        switch (kind) {
            case Outcome::Kind::done:
                return WorkResult::done;
            case Outcome::Kind::retry:
                return WorkResult::retry;
            case Outcome::Kind::skip:
                return WorkResult::skip;
            case Outcome::Kind::fail:
            case Outcome::Kind::deferred:
                break;
        }
        expects(kind == Outcome::Kind::fail);  // a trial has no tokens: see Trial::make_handler
        return WorkResult::fail;
    }

    const Trial& trial_;
    const Scenario& scenario_;
    std::map<std::int32_t, Handler> alive_;
};

Result run_loaded(const Trial& trial, const Scenario& scenario, std::uint64_t seed) {
    Handlers handlers(trial, scenario);
    const scenarios::UserCode code = handlers.code();
    const RunReport report = scenarios::run_simulated(
        scenario, {.seed = seed, .keep_trace = true, .hash_trace = true, .user = &code}
    );
    Result result{
        .passed = is_as_expected(report.verdict, scenario.expect),
        .seed = seed,
        .verdict = std::string(name_of(report.verdict.kind)),
        .broken = {},
        .records = report.records,
        .handled = report.handled,
        .replayed = report.replayed,
        .trace_sha256 = report.trace_sha256,
        .story = summary(report, scenario) + violations_text(report, scenario) +
                 timeline(report.trace, scenario, story_lines)};
    for (const sim::Violation& violation : report.verdict.violations) {
        result.broken.push_back({std::string(violation.guarantee), violation.what});
    }
    return result;
}

}  // namespace

std::expected<Result, std::string> run(const Trial& trial, std::uint64_t seed) {
    const auto scenario = load(trial);
    if (!scenario) return std::unexpected(scenario.error());
    return run_loaded(trial, *scenario, seed);
}

std::expected<Result, std::string> sweep(
    const Trial& trial, std::uint64_t from, std::uint64_t count, const std::function<void()>& before
) {
    const auto scenario = load(trial);
    if (!scenario) return std::unexpected(scenario.error());
    Result result{.passed = true};
    for (std::uint64_t seed = from; seed < from + count && result.passed; ++seed) {
        if (before) before();
        result = run_loaded(trial, *scenario, seed);
    }
    return result;
}

}  // namespace odradek::chaos
