#include "simulator/checkers/commit_text.h"

#include "engine/core/offsets/codec.h"

#include <optional>
#include <utility>

namespace odradek::sim {

std::vector<OffsetRange> completed_above(Offset next_to_read, std::string_view metadata) {
    if (metadata.empty()) return {};
    auto decoded = decode(metadata, next_to_read, std::nullopt);
    if (!decoded) return {};
    std::vector<OffsetRange> ranges = std::move(decoded->map.completed);
    // A text may count next_to_read itself as done; then everything up to its own base is.
    if (decoded->map.next_to_read > next_to_read) {
        ranges.insert(ranges.begin(), {next_to_read, decoded->map.next_to_read});
    }
    return ranges;
}

std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if ((byte & 0xC0U) == 0x80U) continue;  // inside a character
        units += byte >= 0xF0U ? 2 : 1;         // outside the basic plane: a surrogate pair
    }
    return units;
}

}  // namespace odradek::sim
