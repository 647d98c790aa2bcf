#define ZSTD_STATIC_LINKING_ONLY  // frames without magic bytes
#include "engine/core/offsets/zstd_codec.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

#include <zstd.h>

namespace odradek {

namespace {

constexpr int level = 3;  // the Java peer's

struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

ZSTD_format_e format_of(Frame frame) {
    return frame == Frame::standard ? ZSTD_f_zstd1 : ZSTD_f_zstd1_magicless;
}

/// Marks `length` offsets from `at` on as done.
void fill(ByteBuffer& bits, std::uint64_t at, std::int64_t length) {
    const std::uint64_t end = at + static_cast<std::uint64_t>(length);
    bits.resize((end + 7) / 8);
    while (at < end) {
        const std::uint64_t in_byte = std::min<std::uint64_t>(8 - at % 8, end - at);
        bits[at / 8] |= static_cast<std::uint8_t>(((1U << in_byte) - 1) << at % 8);
        at += in_byte;
    }
}

}  // namespace

ByteBuffer compress(std::span<const std::uint8_t> bytes, Frame frame) {
    const std::unique_ptr<ZSTD_CCtx, Free> context{ZSTD_createCCtx()};
    ensures(context != nullptr);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_format, static_cast<int>(format_of(frame)));
    ByteBuffer compressed(ZSTD_compressBound(bytes.size()));
    const std::size_t size = ZSTD_compress2(
        context.get(), compressed.data(), compressed.size(), bytes.data(), bytes.size()
    );
    ensures(ZSTD_isError(size) == 0);
    compressed.resize(size);
    return compressed;
}

std::expected<ByteBuffer, BodyError> decompress(
    std::span<const std::uint8_t> bytes, Frame frame, std::size_t bytes_max
) {
    const std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
    ensures(context != nullptr);
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_format, static_cast<int>(format_of(frame)));
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 23);  // 8 MiB; the peer needs 2
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    ByteBuffer content;
    std::array<std::uint8_t, 16'384> step{};
    while (true) {
        ZSTD_outBuffer output{step.data(), step.size(), 0};
        const std::size_t before = input.pos;
        const std::size_t left = ZSTD_decompressStream(context.get(), &output, &input);
        if (ZSTD_isError(left) != 0) return std::unexpected(BodyError{input.pos, "bad zstd frame"});
        if (content.size() + output.pos > bytes_max) {
            return std::unexpected(BodyError{input.pos, "zstd frame holds too much"});
        }
        content.insert(
            content.end(), step.begin(), step.begin() + static_cast<std::ptrdiff_t>(output.pos)
        );
        if (left == 0) return content;
        if (output.pos == 0 && input.pos == before) {
            return std::unexpected(BodyError{input.pos, "zstd frame is cut"});
        }
    }
}

ByteBuffer bits_of_runs(std::span<const RunPair> runs) {
    ByteBuffer bits;
    std::uint64_t at = 0;
    for (const RunPair& run : runs) {
        at += static_cast<std::uint64_t>(run.open);
        fill(bits, at, run.done);
        at += static_cast<std::uint64_t>(run.done);
    }
    return bits;
}

std::expected<std::vector<OffsetRange>, BodyError> done_ranges_of_bits(
    std::span<const std::uint8_t> bytes
) {
    const std::size_t end = bytes.size() * 8;
    const auto next_at = [&](std::size_t at, unsigned flip) {  // next bit that is 1 after flipping
        while (at < end) {
            const unsigned rest = ((bytes[at / 8] ^ flip) & 0xFFU) >> at % 8;
            if (rest != 0) return at + static_cast<std::size_t>(std::countr_zero(rest));
            at = (at / 8 + 1) * 8;
        }
        return end;
    };
    std::vector<OffsetRange> ranges;
    for (std::size_t begin = next_at(0, 0); begin < end;) {
        if (ranges.size() == static_cast<std::size_t>(map_ranges_max)) {
            return std::unexpected(BodyError{begin / 8, "too many ranges"});
        }
        const std::size_t done_end = next_at(begin, 0xFF);
        ranges.push_back(
            {Offset{static_cast<std::int64_t>(begin)}, Offset{static_cast<std::int64_t>(done_end)}}
        );
        begin = next_at(done_end, 0);
    }
    return ranges;
}

DecodedRuns runs_of_bits(std::span<const std::uint8_t> bytes) {
    auto ranges = done_ranges_of_bits(bytes);
    if (!ranges) return std::unexpected(ranges.error());
    if (!ranges->empty() && ranges->front().begin == Offset{0}) {
        return std::unexpected(BodyError{0, "first offset is done"});
    }
    return runs_of({.next_to_read = Offset{0}, .completed = std::move(*ranges)});
}

ByteBuffer bytes_of_runs(std::span<const RunPair> runs, RunWidth width) {
    ByteBuffer bytes;
    bytes.reserve(runs.size() * 2 * static_cast<std::size_t>(width));
    const auto append = [&](std::int64_t length) {
        expects(length <= run_max(width));
        if (width == RunWidth::two_bytes) {
            append_big_endian(bytes, static_cast<std::uint16_t>(length));
        } else {
            append_big_endian(bytes, static_cast<std::uint32_t>(length));
        }
    };
    for (const RunPair& run : runs) {
        append(run.open);
        append(run.done);
    }
    return bytes;
}

DecodedRuns runs_of_bytes(std::span<const std::uint8_t> bytes, RunWidth width) {
    const std::size_t step = static_cast<std::size_t>(width);
    if (bytes.size() % (2 * step) != 0) {
        return std::unexpected(BodyError{bytes.size(), "runs are cut"});
    }
    if (bytes.size() / (2 * step) > static_cast<std::size_t>(map_ranges_max)) {
        return std::unexpected(BodyError{0, "too many ranges"});
    }
    ByteReader reader{bytes};
    const auto take = [&]() -> std::int64_t {
        if (width == RunWidth::two_bytes) {
            return static_cast<std::int16_t>(reader.take_big_endian<std::uint16_t>().value_or(0));
        }
        return static_cast<std::int32_t>(reader.take_big_endian<std::uint32_t>().value_or(0));
    };
    std::vector<RunPair> runs;
    runs.reserve(bytes.size() / (2 * step));
    std::int64_t covered = 0;
    while (!reader.rest().empty()) {
        const std::int64_t open = take();
        const std::int64_t done = take();
        if (open <= 0 || done <= 0) {
            return std::unexpected(BodyError{reader.position(), "a run without length"});
        }
        covered += open + done;
        if (covered > map_offsets_max) {
            return std::unexpected(BodyError{reader.position(), "runs exceed what a map covers"});
        }
        runs.push_back({.open = open, .done = done});
    }
    return runs;
}

}  // namespace odradek
