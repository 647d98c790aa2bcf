// Payloads of the Java peer's format, so that no input is lost on base64.

#include "engine/core/offsets/base64.h"
#include "engine/core/offsets/confluent_format.h"

#include <cstdint>
#include <cstdlib>

using namespace odradek;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteBuffer bytes{data, data + size};
    const std::string text = base64_of(bytes);
    require(bytes_of_base64(text) == bytes);
    const auto decoded = decode_confluent(text, Offset{1'000});
    if (!decoded) return 0;
    require(is_valid(decoded->map));
    if (decoded->map.completed.empty() || decoded->map.completed.size() > 1'000) return 0;
    if (distance(decoded->map.next_to_read, decoded->map.completed.back().end) > 1'000'000)
        return 0;
    const auto again = encode_confluent(decoded->map);
    require(again.has_value());
    const auto back = decode_confluent(*again, decoded->map.next_to_read);
    require(back.has_value() && back->map == decoded->map);
    return 0;
}
