#include "engine/core/commit/fingerprint.h"

#include "engine/core/offsets/checksum.h"

#include <algorithm>
#include <map>
#include <span>

namespace odradek {

namespace {

using Settings = std::map<std::string, std::string>;

constexpr std::string_view ordering_name = "ordering";
constexpr int numbers_tried_max = 10'000;

Settings all_settings(const EngineOptions& options) {
    Settings settings = options.commit.must_match;
    if (options.ordering == Ordering::virtual_partition) {
        settings.emplace(ordering_name, "virtual_partition");
    }
    return settings;
}

std::string line_of(const Settings& settings) {
    std::string line;
    for (const auto& [name, value] : settings) {
        if (!line.empty()) line += ' ';
        line += name;
        line += '=';
        line += value;
    }
    return line;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() < 10 &&
           std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// The line with another number for `name`, if its fingerprint is the wanted one.
std::optional<std::string> with_another_number(
    Settings settings, const std::string& name, Fingerprint wanted
) {
    if (!is_number(settings.at(name))) return std::nullopt;
    for (int number = 0; number <= numbers_tried_max; ++number) {
        settings[name] = std::to_string(number);
        std::string line = line_of(settings);
        if (fingerprint_of(line) == wanted) return line;
    }
    return std::nullopt;
}

/// The settings near `settings` that have this fingerprint.
std::optional<std::string> search_near(const Settings& settings, Fingerprint wanted) {
    for (const auto& [name, value] : settings) {
        if (auto line = with_another_number(settings, name, wanted)) return line;
        Settings without = settings;
        without.erase(name);
        std::string line = line_of(without);
        if (fingerprint_of(line) == wanted) return line;
    }
    return std::nullopt;
}

std::string committed_settings(Fingerprint committed, const EngineOptions& options) {
    Settings settings = all_settings(options);
    if (auto line = search_near(settings, committed)) return "'" + *line + "'";
    // The same ones, had the other deploy lanes of its own, or ours none.
    if (!settings.erase(std::string(ordering_name))) {
        settings.emplace(ordering_name, "virtual_partition");
    }
    std::string line = line_of(settings);
    if (fingerprint_of(line) == committed) return "'" + line + "'";
    if (auto near = search_near(settings, committed)) return "'" + *near + "'";
    return "settings unknown here";
}

std::string hex_of(Fingerprint fingerprint) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4) {
        text += digits[(fingerprint.value() >> static_cast<unsigned>(shift)) & 0xFU];
    }
    return text;
}

}  // namespace

std::string settings_of(const EngineOptions& options) {
    return line_of(all_settings(options));
}

std::optional<Fingerprint> fingerprint_of(std::string_view settings) {
    if (settings.empty()) return std::nullopt;
    const std::vector<std::uint8_t> bytes(settings.begin(), settings.end());
    return Fingerprint{crc32c(bytes)};
}

EncodeOptions encoding_of(const EngineOptions& options) {
    return {
        .format = options.commit.offset_map,
        .units_max = options.commit.metadata_chars_max,
        .fingerprint = fingerprint_of(settings_of(options))};
}

std::optional<std::string> mismatch(
    std::optional<Fingerprint> committed, const EngineOptions& options
) {
    const std::string ours = settings_of(options);
    const auto fingerprint = fingerprint_of(ours);
    if (!committed || committed == fingerprint) return std::nullopt;
    std::string text = "the group's offsets were committed under " +
                       committed_settings(*committed, options) + " (fingerprint " +
                       hex_of(*committed) + "), this member has ";
    text += fingerprint ? "'" + ours + "' (" + hex_of(*fingerprint) + ")"
                        : "no settings that must match";
    return text + "; deploy the committed settings again, or, to change them for good, stop the " +
           "members that have them and set commit.may_replace to " + hex_of(*committed);
}

bool may_replace(Fingerprint committed, const CommitOptions& options) {
    return options.on_mismatch == SettingsMismatch::replace ||
           options.may_replace == committed.value();
}

}  // namespace odradek
