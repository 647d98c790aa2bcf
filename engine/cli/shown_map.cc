#include "engine/cli/shown_map.h"

#include "engine/cli/offset_ranges.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace odradek {

ShownMap show_map(std::string_view text, Offset committed, std::optional<Offset> end) {
    const auto decoded = decode(text, committed, end);
    if (!decoded) {
        const DecodeError& error = decoded.error();
        ShownMap shown{.format = "foreign", .codec = std::nullopt, .map = {committed, {}}};
        if (error.code == DecodeErrc::damaged) {
            shown.format = "damaged";
            shown.note = fmt::format("damaged at byte {}: {}", error.position, error.reason);
        } else {
            shown.note = fmt::format("{}: {}", name_of(error.code), error.reason);
        }
        return shown;
    }
    ShownMap shown{
        .format = std::string(name_of(decoded->format)),
        .codec = std::string(decoded->codec),
        .map = decoded->map,
        .fingerprint = decoded->fingerprint};
    if (decoded->was_cut) shown.note = "cut at the end of the partition";
    return shown;
}

void add_map(nlohmann::ordered_json& json, const ShownMap& shown) {
    json["format"] = shown.format;
    json["codec"] = nullptr;
    if (shown.codec) json["codec"] = *shown.codec;
    json["next_to_read"] = shown.map.next_to_read.value();
    json["completed"] = text_of_ranges(shown.map.completed);
    json["open"] = text_of_ranges(open_ranges(shown.map));
    if (shown.fingerprint) json["fingerprint"] = fmt::format("{:08x}", shown.fingerprint->value());
    if (!shown.note.empty()) json["note"] = shown.note;
}

}  // namespace odradek
