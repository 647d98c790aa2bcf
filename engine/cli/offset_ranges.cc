#include "engine/cli/offset_ranges.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace odradek {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::optional<Offset> parse_offset(std::string_view text) {
    constexpr std::int64_t offset_max = std::int64_t{1} << 62;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc{} && end == text.data() + text.size();
    if (!is_whole || value < 0 || value > offset_max) return std::nullopt;
    return Offset{value};
}

std::optional<OffsetRange> parse_range(std::string_view part) {
    const std::size_t dash = part.find('-');
    const auto first = parse_offset(trimmed(part.substr(0, dash)));
    const auto last = dash == part.npos ? first : parse_offset(trimmed(part.substr(dash + 1)));
    if (!first || !last || *last < *first) return std::nullopt;
    return OffsetRange{*first, next(*last)};
}

}  // namespace

std::string text_of_ranges(std::span<const OffsetRange> ranges) {
    std::string text;
    for (const OffsetRange& range : ranges) {
        if (!text.empty()) text += ',';
        text += std::to_string(range.begin.value());
        if (range.size() > 1) text += '-' + std::to_string(previous(range.end).value());
    }
    return text;
}

std::expected<std::vector<OffsetRange>, std::vector<RangesError>> parse_ranges(std::string_view text
) {
    std::vector<OffsetRange> ranges;
    std::vector<RangesError> errors;
    if (trimmed(text).empty()) return ranges;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view part = trimmed(text.substr(begin, end - begin));
        if (const auto range = parse_range(part)) {
            ranges.push_back(*range);
        } else {
            errors.push_back(
                {begin + 1, "'" + std::string(part) + "' is no range such as 11-12 or 15"}
            );
        }
        begin = end + 1;
    }
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return ranges;
}

}  // namespace odradek
