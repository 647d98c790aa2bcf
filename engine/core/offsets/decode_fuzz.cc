// Any text beside any offset: read without harm, and what it says can be written and read again.

#include "engine/core/offsets/codec.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace odradek;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    constexpr Offset committed{1'000};
    constexpr Offset end{1'000'000'000};
    const auto decoded = decode(text, committed, end);
    if (!decoded) return 0;
    require(is_valid(decoded->map));
    require(decoded->map.next_to_read >= committed);
    require(decoded->map.completed.empty() || decoded->map.completed.back().end <= end);
    if (decoded->map.completed.size() > 10'000) return 0;
    const auto again = encode(decoded->map, {.units_max = std::int64_t{1} << 40});
    require(again.has_value());
    const auto back = decode(*again, decoded->map.next_to_read, end);
    require(back.has_value() && back->map == decoded->map);
    return 0;
}
