// Bodies of our own format behind the checksum, and the bytes that digits carry: the first byte
// says which decoder reads the rest.

#include "engine/core/offsets/class_codec.h"
#include "engine/core/offsets/entropy_codec.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/zstd_codec.h"

#include <cstdint>
#include <cstdlib>
#include <span>

using namespace odradek;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

DecodedRuns decode_zstd_bits(std::span<const std::uint8_t> bytes) {
    const auto content = decompress(bytes, Frame::without_magic, 1 << 20);
    if (!content) return std::unexpected(content.error());
    return runs_of_bits(*content);
}

DecodedRuns decode_as(std::uint8_t codec, std::span<const std::uint8_t> bytes) {
    switch (codec % 7) {
        case 0:
            return decode_entropy(bytes);
        case 1:
            return decode_classes(bytes, Places::plain);
        case 2:
            return decode_classes(bytes, Places::tight);
        case 3:
            return runs_of_bits(bytes);
        case 4:
            return runs_of_bytes(bytes, RunWidth::two_bytes);
        case 5:
            return runs_of_bytes(bytes, RunWidth::four_bytes);
        default:
            return decode_zstd_bits(bytes);
    }
}

void check_digits(std::span<const std::uint8_t> bytes) {
    const auto back = bytes_of_text(text_of_bytes(bytes));
    require(back.has_value() && back->size() >= bytes.size() && back->size() <= bytes.size() + 1);
    require(std::equal(bytes.begin(), bytes.end(), back->begin()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span<const std::uint8_t> body{data + 1, size - 1};
    check_digits(body);
    const DecodedRuns runs = decode_as(data[0], body);
    if (!runs || runs->empty() || runs->size() > 10'000) return 0;
    const RunCounts counts = counts_of(*runs);
    require(counts.open + counts.done <= map_offsets_max);
    ByteBuffer entropy;
    encode_entropy(*runs, entropy);
    require(static_cast<std::int64_t>(entropy.size()) <= entropy_bytes_max(counts));
    require(decode_entropy(entropy) == *runs);
    for (const Places places : {Places::plain, Places::tight}) {
        ByteBuffer classes;
        encode_classes(*runs, places, classes);
        require(decode_classes(classes, places) == *runs);
    }
    return 0;
}
