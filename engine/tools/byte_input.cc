#include "engine/tools/byte_input.h"

#include "odradek/contract.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <zlib.h>
#include <zstd.h>

namespace odradek {

namespace {

constexpr std::size_t packed_bytes_max = 256UL * 1024;

struct CloseFile {
    void operator()(std::FILE* file) const {
        if (file != stdin) (void)std::fclose(file);
    }
};
struct FreeZstd {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};
struct EndInflate {
    void operator()(z_stream* stream) const {
        inflateEnd(stream);
        delete stream;
    }
};

enum class Packing : unsigned char { none, gzip, zstd };

Packing packing_of(std::string_view first) {
    if (first.starts_with("\x1F\x8B")) return Packing::gzip;
    if (first.starts_with("\x28\xB5\x2F\xFD")) return Packing::zstd;
    return Packing::none;
}

}  // namespace

struct ByteInput::State {
    std::string path;
    std::unique_ptr<std::FILE, CloseFile> file;
    Packing packing = Packing::none;
    std::vector<char> packed = std::vector<char>(packed_bytes_max);
    std::size_t begin = 0;  // packed[begin, end) is read from the file and not yet handed out
    std::size_t end = 0;
    bool mid_frame = false;  // a compressed frame has begun and not ended
    std::unique_ptr<z_stream, EndInflate> inflater;
    std::unique_ptr<ZSTD_DStream, FreeZstd> zstd;

    [[nodiscard]] Error error(std::string what) const {
        return {.code = Errc::invalid_options, .what = std::move(what), .where = path};
    }

    /// Fills `packed` when it is empty. False at the end of the file.
    std::expected<bool, Error> refill() {
        if (begin < end) return true;
        begin = 0;
        end = std::fread(packed.data(), 1, packed.size(), file.get());
        if (end == 0 && std::ferror(file.get()) != 0) {
            return std::unexpected(error(std::generic_category().message(errno)));
        }
        return end > 0;
    }

    std::expected<std::size_t, Error> read_plain(std::span<char> into) {
        const auto some = refill();
        if (!some) return std::unexpected(some.error());
        const std::size_t count = std::min(into.size(), end - begin);
        std::memcpy(into.data(), packed.data() + begin, count);
        begin += count;
        return count;
    }

    std::expected<std::size_t, Error> unpack_gzip(std::span<char> into) {
        z_stream& stream = *inflater;
        stream.next_in = reinterpret_cast<Bytef*>(packed.data() + begin);
        stream.avail_in = static_cast<uInt>(end - begin);
        stream.next_out = reinterpret_cast<Bytef*>(into.data());
        stream.avail_out = static_cast<uInt>(into.size());
        const int result = inflate(&stream, Z_NO_FLUSH);
        begin = end - stream.avail_in;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return std::unexpected(error("damaged gzip data"));
        }
        mid_frame = result != Z_STREAM_END;
        if (!mid_frame) inflateReset(&stream);  // files may hold several members, one after another
        return into.size() - stream.avail_out;
    }

    std::expected<std::size_t, Error> unpack_zstd(std::span<char> into) {
        ZSTD_inBuffer in{packed.data() + begin, end - begin, 0};
        ZSTD_outBuffer out{into.data(), into.size(), 0};
        const std::size_t left = ZSTD_decompressStream(zstd.get(), &out, &in);
        begin += in.pos;
        if (ZSTD_isError(left) != 0) {
            return std::unexpected(
                error(std::string("damaged zstd data: ") + ZSTD_getErrorName(left))
            );
        }
        mid_frame = left != 0;
        return out.pos;
    }

    std::expected<std::size_t, Error> read_packed(std::span<char> into) {
        for (;;) {
            // A frame may still hold output although its input is used up, so unpack before
            // judging.
            const auto some = refill();
            if (!some) return std::unexpected(some.error());
            if (!*some && !mid_frame) return 0UL;
            const auto count = packing == Packing::gzip ? unpack_gzip(into) : unpack_zstd(into);
            if (!count || *count > 0) return count;
            if (!*some) return std::unexpected(error("the compressed data is cut short"));
        }
    }
};

ByteInput::ByteInput(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteInput::ByteInput(ByteInput&&) noexcept = default;
ByteInput& ByteInput::operator=(ByteInput&&) noexcept = default;
ByteInput::~ByteInput() = default;

std::expected<ByteInput, Error> ByteInput::open(const std::string& path) {
    auto state = std::make_unique<State>();
    state->path = path == "-" ? "standard input" : path;
    state->file.reset(path == "-" ? stdin : std::fopen(path.c_str(), "rbe"));
    if (!state->file) {
        return std::unexpected(state->error(std::generic_category().message(errno)));
    }
    const auto some = state->refill();
    if (!some) return std::unexpected(some.error());
    state->packing = packing_of({state->packed.data(), state->end});
    if (state->packing == Packing::gzip) {
        state->inflater.reset(new z_stream{});
        constexpr int gzip_window = 15 + 16;  // zlib.h: 16 asks for the gzip wrapper
        const int result = inflateInit2(state->inflater.get(), gzip_window);
        ensures(result == Z_OK);
    } else if (state->packing == Packing::zstd) {
        state->zstd.reset(ZSTD_createDStream());
    }
    return ByteInput{std::move(state)};
}

std::expected<std::size_t, Error> ByteInput::read(std::span<char> into) {
    expects(!into.empty());
    return state_->packing == Packing::none ? state_->read_plain(into) : state_->read_packed(into);
}

const char* ByteInput::compression() const {
    switch (state_->packing) {
        case Packing::none:
            return "";
        case Packing::gzip:
            return "gzip";
        case Packing::zstd:
            return "zstd";
    }
    return "";
}

}  // namespace odradek
