// Our reading and writing of the Java peer's format against the peer's own classes, both ways
// (PC-14).

#include "reports/confluent_peer.h"

#include "engine/base/random.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/confluent_format.h"

#include <array>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

constexpr std::array all_ids{'l', 'o', 'n', 'e', 'a', 's', 'J', 'p'};

/// Maps of many shapes up to some ten thousand offsets, and the borders of version 1.
std::vector<OffsetMap> sample_maps() {
    std::vector<OffsetMap> maps;
    for (const std::int64_t done : {1, 7, 32'766, 32'767, 32'768, 50'000}) {
        maps.push_back(map_of(Offset{5}, {{1, done}}));
        maps.push_back(map_of(Offset{5}, {{done, 1}}));
    }
    Random random{20'260'101};
    while (maps.size() < 250) {
        const std::uint64_t pairs = random.below(300) / (maps.size() % 5 + 1) + 1;
        const std::uint64_t bits = random.below(8) + 1;
        const std::uint64_t period = random.chance({.part = 1, .whole = 3}) ? 3 : pairs;
        std::vector<RunPair> runs;
        for (std::uint64_t pair = 0; pair < pairs; ++pair) {
            const auto draw = [&] {
                return random.between(1, std::int64_t{1} << random.below(bits));
            };
            const std::int64_t open = draw();
            runs.push_back(pair < period ? RunPair{open, draw()} : runs[pair - period]);
        }
        maps.push_back(map_of(Offset{random.between(0, 1'000'000'000'000)}, runs));
    }
    return maps;
}

std::vector<std::string> ask(const std::vector<std::string>& requests) {
    const auto answers = ConfluentPeer{ODRADEK_PEER_FOLDER}.ask(requests);
    if (!answers) {
        ADD_FAILURE() << answers.error();
        return std::vector<std::string>(requests.size());
    }
    return *answers;
}

}  // namespace

TEST(ConfluentPeer, writes_texts_that_we_read_as_the_same_map_and_write_as_the_same_bytes) {
    const std::vector<OffsetMap> maps = sample_maps();
    std::vector<std::string> requests;
    for (const OffsetMap& map : maps) {
        requests.push_back(ConfluentPeer::encode_request(map));
    }
    const std::vector<std::string> answers = ask(requests);
    std::size_t texts = 0;
    for (std::size_t index = 0; index < maps.size(); ++index) {
        std::istringstream fields{answers[index]};
        for (std::string field; fields >> field; ++texts) {
            const std::string text = field.substr(2);
            const auto decoded = decode(text, maps[index].next_to_read, std::nullopt);
            ASSERT_TRUE(decoded.has_value()) << field;
            ASSERT_EQ(decoded->map, maps[index]) << field;
            const auto codec = static_cast<ConfluentCodec>(field[0]);
            ASSERT_EQ(decoded->codec, name_of(codec));
            // zstd-jni and libzstd may differ in their choices; the plain codecs leave none.
            const bool is_plain = std::string_view{"lone"}.find(field[0]) != std::string_view::npos;
            if (is_plain) {
                ASSERT_EQ(encode_confluent_as(maps[index], codec), text);
            }
        }
    }
    EXPECT_GT(texts, maps.size() * 7);
}

TEST(ConfluentPeer, reads_our_texts_as_the_same_map) {
    std::vector<std::string> requests;
    std::vector<std::string> expected;
    for (const OffsetMap& map : sample_maps()) {
        std::vector<std::string> texts{*encode_confluent(map)};
        for (const char id : all_ids) {
            const auto text = encode_confluent_as(map, static_cast<ConfluentCodec>(id));
            if (text) texts.push_back(*text);
        }
        for (const std::string& text : texts) {
            requests.push_back(ConfluentPeer::decode_request(map.next_to_read, text));
            expected.push_back(ConfluentPeer::expected_state(map));
        }
    }
    EXPECT_EQ(ask(requests), expected);
}

}  // namespace odradek
