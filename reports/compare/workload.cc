#include "reports/compare/workload.h"

#include "engine/config/units.h"

#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace odradek::reports {

namespace {

constexpr std::uint64_t keys_max = 100'000'000;
constexpr std::string_view keys_expected = "a number of keys such as 10000, or zipf:1000:1.0";
constexpr std::string_view work_expected =
    "a handler such as noop, sleep:20ms, sleep:0-5ms, async:20ms or cpu:50us";
constexpr std::array<std::string_view, 4> kind_names{"noop", "sleep", "async", "cpu"};

std::optional<std::uint64_t> count_of(std::string_view text) {
    const auto count = parse_count(text);
    if (!count || *count == 0 || *count > keys_max) return std::nullopt;
    return *count;
}

std::string_view unit_of(std::string_view duration) {
    const std::size_t unit = duration.find_first_not_of("0123456789.");
    return unit == std::string_view::npos ? std::string_view{} : duration.substr(unit);
}

std::expected<HandlerWork, std::string> parse_span(HandlerWork work, std::string_view span) {
    const std::size_t dash = span.find('-');
    const std::string_view high = dash == std::string_view::npos ? span : span.substr(dash + 1);
    std::string low{span.substr(0, dash)};
    if (unit_of(low).empty()) low += unit_of(high);  // `0-5ms`
    const auto from = parse_duration(low);
    const auto to = parse_duration(high);
    if (!from || !to || *from > *to) return std::unexpected(std::string(work_expected));
    work.low = *from;
    work.high = *to;
    return work;
}

}  // namespace

std::expected<KeySpread, std::string> parse_keys(std::string_view text) {
    constexpr std::string_view zipf = "zipf:";
    KeySpread keys;
    std::string_view count = text;
    if (text.starts_with(zipf)) {
        const std::string_view rest = text.substr(zipf.size());
        const std::size_t colon = rest.find(':');
        count = rest.substr(0, colon);
        keys.exponent = 1;
        if (colon != std::string_view::npos) {
            const std::string_view exponent = rest.substr(colon + 1);
            const char* end = exponent.data() + exponent.size();
            const auto [stopped, error] = std::from_chars(exponent.data(), end, keys.exponent);
            if (error != std::errc{} || stopped != end || !(keys.exponent > 0)) {
                return std::unexpected(std::string(keys_expected));
            }
        }
    }
    const auto number = count_of(count);
    if (!number) return std::unexpected(std::string(keys_expected));
    keys.count = *number;
    return keys;
}

std::expected<HandlerWork, std::string> parse_handler_work(std::string_view text) {
    if (text == kind_names[0]) return HandlerWork{};
    const std::size_t colon = text.find(':');
    for (std::size_t kind = 1; kind < kind_names.size() && colon != text.npos; ++kind) {
        if (text.substr(0, colon) != kind_names[kind]) continue;
        return parse_span({.kind = static_cast<HandlerWork::Kind>(kind)}, text.substr(colon + 1));
    }
    return std::unexpected(std::string(work_expected));
}

std::string to_text(const KeySpread& keys) {
    return keys.exponent > 0 ? fmt::format("zipf:{}:{}", keys.count, keys.exponent)
                             : std::to_string(keys.count);
}

std::string to_text(const HandlerWork& work) {
    std::string text{kind_names[static_cast<std::size_t>(work.kind)]};
    if (work.kind == HandlerWork::Kind::noop) return text;
    text += ":";
    if (work.low != work.high) text += odradek::to_text(work.low) + "-";
    return text + odradek::to_text(work.high);
}

std::string to_text(const Workload& workload) {
    std::string text = fmt::format(
        "{} records, {} partitions, {} keys, {}, concurrency {}",
        workload.records,
        workload.partitions,
        to_text(workload.keys),
        to_text(workload.handler),
        workload.concurrency
    );
    if (workload.members > 1) text += fmt::format(", {} members", workload.members);
    return text;
}

bool have_same_records(const Workload& one, const Workload& other) {
    return one.records == other.records && one.partitions == other.partitions &&
           one.keys == other.keys && one.value_bytes == other.value_bytes;
}

}  // namespace odradek::reports
