#include "engine/core/offsets/codec_name.h"

#include "engine/core/offsets/base64.h"
#include "engine/core/offsets/confluent_format.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/odradek_format.h"

#include <utility>

namespace odradek {

namespace {

constexpr std::string_view unknown = "unknown";

// Eight blocks of digits are whole bytes, so that a longer text may be cut behind them.
constexpr std::size_t prefix_bytes = std::size_t{8} * 8 * 3;
constexpr std::size_t codec_at = 4;  // behind the checksum
constexpr unsigned fingerprint_flag = 0x10;

std::string_view odradek_codec(std::string_view text) {
    const std::size_t begin = odradek_mark.size() + 1;
    if (text.size() < begin) return unknown;
    const auto bytes = bytes_of_text(text.substr(begin, prefix_bytes));
    if (!bytes || bytes->size() <= codec_at) return unknown;
    const unsigned id = (*bytes)[codec_at] & ~fingerprint_flag;
    return id > std::to_underlying(BodyCodec::runs_32) ? unknown
                                                       : name_of(static_cast<BodyCodec>(id));
}

}  // namespace

std::string_view codec_name_of(std::string_view text) {
    if (text.empty()) return "none";
    if (has_odradek_mark(text)) return odradek_codec(text);
    const auto bytes = bytes_of_base64(text.substr(0, 4));
    if (!bytes || bytes->empty()) return unknown;
    return name_of(static_cast<ConfluentCodec>((*bytes)[0]));
}

}  // namespace odradek
