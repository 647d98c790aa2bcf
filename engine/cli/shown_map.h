#pragma once

#include "engine/core/offsets/codec.h"

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace odradek {

/// What `odradek offsets` says of one committed text.
struct ShownMap {
    std::string format;                ///< odradek, confluent, none; foreign or damaged: no map
    std::optional<std::string> codec;  ///< empty where there is no map
    OffsetMap map;
    std::optional<Fingerprint> fingerprint = std::nullopt;
    std::string note = {};  ///< why there is no map, or what else a person should know
};

/// Reads any text that may stand beside `committed`; `end` as in decode().
[[nodiscard]] ShownMap show_map(std::string_view text, Offset committed, std::optional<Offset> end);

/// Adds the keys format, codec, next_to_read, completed, open, and fingerprint and note where there
/// are any. They are a promise to scripts.
void add_map(nlohmann::ordered_json& json, const ShownMap& shown);

}  // namespace odradek
