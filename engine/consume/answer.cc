#include "engine/consume/answer.h"

#include "engine/base/json_text.h"
#include "engine/config/units.h"

namespace odradek::consume {

namespace {

constexpr std::size_t shown_max = 80;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string shown(std::string_view line) {
    std::string json;
    append_json_bytes(line.substr(0, shown_max), json);
    return json + (line.size() > shown_max ? "…" : "");
}

}  // namespace

std::expected<Outcome, std::string> parse_answer(std::string_view line) {
    line = trimmed(line);
    const std::size_t space = line.find_first_of(" \t");
    const std::string_view verb = line.substr(0, space);
    const std::string_view rest =
        space == std::string_view::npos ? std::string_view{} : trimmed(line.substr(space));
    if (verb == "done" && rest.empty()) return Outcome::done();
    if (verb == "retry" && rest.empty()) return Outcome::retry();
    if (verb == "retry") {
        const auto delay = parse_duration(rest);
        if (delay && *delay >= Duration{0}) return Outcome::retry(*delay);
        return std::unexpected(
            "expected a duration such as 500ms after retry, found " + shown(rest)
        );
    }
    if (verb == "skip") return Outcome::skip(std::string(rest));
    if (verb == "fail") return Outcome::fail(rest.empty() ? "no reason given" : std::string(rest));
    return std::unexpected(
        "expected done, retry [DELAY], skip or fail REASON, found " + shown(line)
    );
}

}  // namespace odradek::consume
