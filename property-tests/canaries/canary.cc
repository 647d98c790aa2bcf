#include "property-tests/canaries/canary.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>

namespace odradek::canary {

namespace {

std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    const std::size_t digit = text.find_first_of("0123456789");
    if (digit == std::string_view::npos) return 0;
    std::from_chars(text.data() + digit, text.data() + text.size(), number);
    return number;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

std::expected<Canary, std::string> parse_canary(std::string name, std::string_view text) {
    const std::size_t begin = text.find("--- a/");
    if (begin == std::string_view::npos) return std::unexpected("it has no `--- a/FILE` line");
    Canary canary{.name = std::move(name)};
    canary.diff = text.substr(begin);
    std::map<std::string, std::string> header;
    for (const std::string& line : lines_of(text.substr(0, begin))) {
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos) header[line.substr(0, colon)] = line.substr(colon + 2);
    }
    const auto take = [&](const char* field, std::string& into) {
        into = header[field];
        return !into.empty();
    };
    const bool is_complete = take("Defect", canary.defect) && take("Source", canary.source) &&
                             take("Program", canary.program) && take("Law", canary.law);
    canary.within = number_in(header["Within"]);
    canary.is_shrunk = header["Shrink"] != "no";
    if (!is_complete || canary.within == 0) {
        return std::unexpected("its header needs Defect, Source, Program, Law and Within");
    }
    for (const std::string& line : lines_of(canary.diff)) {
        if (!line.starts_with("+++ b/")) continue;
        canary.files.push_back(line.substr(6, line.find('\t') - 6));
        if (!canary.files.back().ends_with(".cc")) {
            return std::unexpected(
                "it changes " + canary.files.back() + ", and only .cc may change"
            );
        }
    }
    if (canary.files.empty()) return std::unexpected("it has no `+++ b/FILE` line");
    return canary;
}

Verdict read_property_output(const Canary& canary, std::string_view output) {
    const std::string failed = "[  FAILED  ] " + canary.law;
    const std::size_t red = output.find(failed);
    if (red == std::string_view::npos) {
        const bool is_known = output.find("[ RUN      ] " + canary.law) != std::string_view::npos;
        return {
            .why = is_known ? "the law held, or the program ended before it said so"
                            : "the program has no such test"};
    }
    Verdict verdict{.is_caught = true, .after = 1};
    const std::string_view story = output.substr(0, red);
    const std::size_t falsified = story.rfind("Falsifiable after ");
    if (falsified == std::string_view::npos) {  // an example, not a law
        const std::size_t failure = story.find("Failure\n");
        const std::size_t at = failure == std::string_view::npos ? 0 : failure + 8;
        verdict.why = story.substr(at, story.find('\n', at) - at);
        return verdict;
    }
    verdict.after = number_in(story.substr(falsified));
    const auto lines = lines_of(story.substr(falsified));
    // Falsifiable …, blank, the counterexample, blank, file:line:, the message.
    const auto place = std::ranges::find_if(lines, [](const std::string& line) {
        return line.find(".cc:") != std::string::npos && line.ends_with(':');
    });
    verdict.size = static_cast<std::uint64_t>(std::count_if(
        lines.begin() + 1, place, [](const std::string& line) { return !line.empty(); }
    ));
    const auto message = std::find_if(place, lines.end(), [&](const std::string& line) {
        return line != *place && !line.empty() && !line.starts_with("RC_FAIL");
    });
    if (message != lines.end()) verdict.why = *message;
    if (verdict.after > canary.within) {
        return {.why = "caught only after " + std::to_string(verdict.after) + " cases"};
    }
    return verdict;
}

Verdict read_sweep_output(const Canary& canary, std::string_view output, std::uint64_t from) {
    const std::size_t begin = output.find('{');
    if (begin == std::string_view::npos) return {.why = "the sweep gave no result"};
    const auto json =
        nlohmann::json::parse(output.substr(begin, output.rfind('}') + 1 - begin), nullptr, false);
    if (json.is_discarded() || json.value("scenarios", nlohmann::json::array()).empty()) {
        return {.why = "the sweep gave no result"};
    }
    const std::string guarantee = canary.law.substr(canary.law.find(' ') + 1);
    const nlohmann::json& scenario = json["scenarios"][0];
    std::optional<std::uint64_t> first;
    std::string others;
    for (const char* kind : {"broken", "stuck", "contract"}) {
        for (const nlohmann::json& failure : scenario.at(kind)) {
            const std::string said = failure.at("guarantee").get<std::string>();
            const std::uint64_t seed = failure.at("seed").get<std::uint64_t>();
            if (kind != guarantee && said.find(guarantee) == std::string::npos) {
                others = said;
                continue;
            }
            if (!first || seed < *first) first = seed;
        }
    }
    if (!first) return {.why = others.empty() ? "the guarantee held" : "only broke: " + others};
    return {.is_caught = true, .after = *first - from + 1, .why = guarantee};
}

}  // namespace odradek::canary
