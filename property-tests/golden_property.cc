// Texts that were written once and must be read for ever. A line of golden/*.tsv never changes; a
// new version of the format adds lines.

#include "engine/core/offsets/codec.h"

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

struct Golden {
    std::string name;
    std::string format;
    std::string codec;
    std::int64_t base = 0;
    std::string fingerprint;  // hexadecimal, "-" for none
    std::string completed;    // "11-12,15", "-" for nothing
    std::string text;
};

std::vector<OffsetRange> parse_ranges(const std::string& text) {
    std::vector<OffsetRange> ranges;
    std::istringstream parts{text == "-" ? "" : text};
    for (std::string part; std::getline(parts, part, ',');) {
        const std::size_t dash = part.find('-');
        const Offset begin{std::stoll(part.substr(0, dash))};
        const Offset last{dash == part.npos ? begin.value() : std::stoll(part.substr(dash + 1))};
        ranges.push_back({begin, next(last)});
    }
    return ranges;
}

std::vector<Golden> read_golden(const std::string& file) {
    std::ifstream lines{"property-tests/golden/" + file};
    std::vector<Golden> all;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream fields{line};
        Golden golden;
        fields >> golden.name >> golden.format >> golden.codec >> golden.base >>
            golden.fingerprint >> golden.completed >> golden.text;
        all.push_back(golden);
    }
    return all;
}

void expect_all_read(const std::vector<Golden>& all) {
    for (const Golden& golden : all) {
        const auto decoded = decode(golden.text, Offset{golden.base}, std::nullopt);
        ASSERT_TRUE(decoded.has_value()) << golden.name << ": " << decoded.error().reason;
        EXPECT_EQ(
            decoded->map, make_offset_map(Offset{golden.base}, parse_ranges(golden.completed))
        ) << golden.name;
        EXPECT_EQ(name_of(decoded->format), golden.format) << golden.name;
        EXPECT_EQ(decoded->codec, golden.codec) << golden.name;
        EXPECT_EQ(decoded->fingerprint.has_value(), golden.fingerprint != "-") << golden.name;
        if (decoded->fingerprint) {
            EXPECT_EQ(decoded->fingerprint->value(), std::stoul(golden.fingerprint, nullptr, 16));
        }
    }
}

}  // namespace

TEST(Golden, every_text_of_version_1_is_read_as_when_it_was_written) {
    const std::vector<Golden> all = read_golden("odradek-v1.tsv");
    ASSERT_GE(all.size(), 8U);
    expect_all_read(all);
}

TEST(Golden, every_text_of_the_java_library_is_read_as_it_was_meant) {
    const std::vector<Golden> all = read_golden("confluent-0.5.3.3.tsv");
    ASSERT_GE(all.size(), 15U);
    expect_all_read(all);
}

}  // namespace odradek
