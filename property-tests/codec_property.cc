// Round trips and refusals of every text that may stand beside a committed offset (PC-13, PC-14,
// PC-17). README.md beside this file has the command of the long mode: ten million maps.

#include "engine/base/random.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/confluent_format.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/odradek_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

/// Maps of very different shapes: length of runs drawn from a few scales, sometimes periodic.
OffsetMap draw_map(std::uint64_t seed) {
    Random random{seed};
    const std::uint64_t pairs = random.below(std::uint64_t{1} << random.below(10));
    const std::uint64_t open_bits = random.below(18) + 1;
    const std::uint64_t done_bits = random.below(18) + 1;
    const std::uint64_t period =
        random.chance({.part = 1, .whole = 4}) ? random.below(20) + 1 : pairs + 1;
    std::vector<RunPair> runs;
    for (std::uint64_t pair = 0; pair < pairs; ++pair) {
        if (pair >= period) {
            runs.push_back(runs[pair - period]);
            continue;
        }
        const auto draw = [&](std::uint64_t bits) {
            return random.between(1, std::int64_t{1} << random.below(bits));
        };
        const std::int64_t open = draw(open_bits);
        runs.push_back({.open = open, .done = draw(done_bits)});
    }
    return map_of(Offset{random.between(0, std::int64_t{1} << 50)}, runs);
}

/// Any of the 2^64 seeds, whatever size RapidCheck is at: ten million maps are ten million maps.
std::uint64_t any_seed() {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
}

constexpr EncodeOptions without_limit(MapFormat format) {
    return {.format = format, .units_max = std::int64_t{1} << 40};
}

}  // namespace

RC_GTEST_PROP(Codec, decoding_what_was_encoded_gives_the_same_map, ()) {
    const std::uint64_t seed = any_seed();
    const OffsetMap map = draw_map(seed);
    for (const MapFormat format : {MapFormat::odradek, MapFormat::confluent}) {
        const auto text = encode(map, without_limit(format));
        RC_ASSERT(text.has_value());
        const auto decoded = decode(*text, map.next_to_read, std::nullopt);
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(decoded->map == map);
        RC_ASSERT((map.completed.empty() || decoded->format == format));
        if (format == MapFormat::odradek) RC_TAG(std::string(decoded->codec));
    }
}

RC_GTEST_PROP(Codec, every_codec_of_the_peer_gives_back_the_map, ()) {
    const std::uint64_t seed = any_seed();
    const OffsetMap map = draw_map(seed);
    for (const char id : {'l', 'o', 'n', 'e', 'a', 's', 'J', 'p'}) {
        const auto text = encode_confluent_as(map, static_cast<ConfluentCodec>(id));
        if (!text) continue;
        const auto decoded = decode(*text, map.next_to_read, std::nullopt);
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(decoded->map == map);
    }
}

RC_GTEST_PROP(Codec, never_yields_an_offset_beyond_the_bound, ()) {
    const std::uint64_t seed = any_seed();
    const OffsetMap map = draw_map(seed);
    Random random{seed + 1};
    const Offset bound = advanced(map.next_to_read, random.between(0, 1 << 20));
    for (const MapFormat format : {MapFormat::odradek, MapFormat::confluent}) {
        const auto decoded = decode(*encode(map, without_limit(format)), map.next_to_read, bound);
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(decoded->map == cut_at(map, bound));
        RC_ASSERT(decoded->was_cut == (decoded->map != map));
    }
}

RC_GTEST_PROP(Codec, text_is_valid_for_the_broker_and_counted_in_its_units, ()) {
    const std::uint64_t seed = any_seed();
    const OffsetMap map = draw_map(seed);
    const std::string text = *encode(map, without_limit(MapFormat::odradek));
    RC_ASSERT(text.find('\0') == std::string::npos);
    const std::int64_t units = count_units(text);
    if (units == 0) return;
    // Mark, version, and digits of three bytes each.
    RC_ASSERT(static_cast<std::int64_t>(text.size()) == 3 * (units - 1) + 1);
    for (std::size_t at = odradek_mark.size() + 1; at < text.size(); at += 3) {
        const auto lead = static_cast<std::uint8_t>(text[at]);
        const auto second = static_cast<std::uint8_t>(text[at + 1]);
        RC_ASSERT(lead >= 0xE0 && lead <= 0xEF);
        RC_ASSERT((lead != 0xED || second < 0xA0));  // no surrogate
    }
}

RC_GTEST_PROP(Codec, damage_never_gives_another_map, ()) {
    const std::uint64_t seed = any_seed();
    const OffsetMap map = draw_map(seed);
    std::string text = *encode(map, {.units_max = 1 << 30, .fingerprint = Fingerprint{7}});
    Random random{seed + 1};
    const std::size_t at = random.below(text.size());
    switch (random.below(4)) {
        case 0:
            text.resize(at);
            break;
        case 1:
            text.erase(at, static_cast<std::size_t>(random.between(1, 4)));
            break;
        case 2:
            text.insert(at, 1, static_cast<char>(random.below(256)));
            break;
        default:
            text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
            break;
    }
    const auto decoded = decode(text, map.next_to_read, std::nullopt);
    // Nothing left is no map; all else is refused.
    RC_ASSERT((text.empty() || !decoded.has_value()));
}

RC_GTEST_PROP(Codec, arbitrary_text_is_read_without_harm, (const std::string& text)) {
    const auto decoded = decode(text, Offset{5}, Offset{1'000});
    if (!decoded) return;
    RC_ASSERT(is_valid(decoded->map));
    RC_ASSERT((decoded->map.completed.empty() || decoded->map.completed.back().end <= Offset{1'000})
    );
}

/// Shannon's bound for random open offsets: n · H(p), and the promise of 2 % + 16 bytes above it.
TEST(Codec, comes_within_two_percent_and_sixteen_bytes_of_the_shannon_bound) {
    constexpr std::int64_t offsets = 100'000;
    for (const std::uint64_t open_permille : {1U, 10U, 50U, 200U, 500U}) {
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            Random random{seed};
            std::uint64_t open_left = offsets * open_permille / 1'000;
            std::vector<OffsetRange> done;
            for (std::int64_t offset = 0; offset < offsets; ++offset) {
                const bool is_open =
                    random.below(static_cast<std::uint64_t>(offsets - offset)) < open_left;
                open_left -= is_open ? 1 : 0;
                if (!is_open && offset > 0) done.push_back({Offset{offset}, Offset{offset + 1}});
            }
            const double open = static_cast<double>(open_permille) / 1'000;
            const double entropy = -open * std::log2(open) - (1 - open) * std::log2(1 - open);
            const double bound = static_cast<double>(offsets) * entropy / 8;
            const Body body = smallest_body(runs_of(make_offset_map(Offset{0}, done)));
            EXPECT_LE(static_cast<double>(body.bytes.size()), bound * 1.02 + 16) << open_permille;
        }
    }
}

RC_GTEST_PROP(Codec, is_never_longer_than_the_best_codec_of_the_peer, ()) {
    const std::uint64_t seed = any_seed();
    const OffsetMap map = draw_map(seed);
    if (map.completed.empty()) return;
    const auto ours = static_cast<std::int64_t>(smallest_body(runs_of(map)).bytes.size());
    for (const char id : {'l', 'o', 'n', 'e', 'a', 's', 'J', 'p'}) {
        const auto text = encode_confluent_as(map, static_cast<ConfluentCodec>(id));
        if (!text) continue;
        const auto padding = std::count(text->begin(), text->end(), '=');
        const auto peer = static_cast<std::int64_t>(text->size()) / 4 * 3 - padding - 1;
        RC_ASSERT(ours <= peer);
    }
}

}  // namespace odradek
