#include "engine/cli/offsets_command.h"

#include "engine/base/random.h"
#include "engine/cli/offset_ranges.h"
#include "engine/core/offsets/base64.h"
#include "engine/core/offsets/offset_map.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

struct Answer {
    ExitCode code;
    std::string output;
};

Answer run(const std::vector<std::string>& arguments) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const ExitCode code = run_offsets(arguments);
    (void)testing::internal::GetCapturedStderr();
    return {.code = code, .output = testing::internal::GetCapturedStdout()};
}

std::string decoded(const std::string& base, const std::string& text) {
    return run({"decode", "--base", base, "--format", "json", text}).output;
}

}  // namespace

/// A text of the Java peer whose bytes were checked against its jar, and what it says.
struct WorkedRow {
    const char* base;
    const char* text;
    const char* codec;
    const char* completed;
    const char* open;
};

void expect_decoded(const WorkedRow& row) {
    EXPECT_EQ(
        decoded(row.base, row.text),
        std::string("{\"format\":\"confluent\",\"codec\":\"") + row.codec + "\",\"next_to_read\":" +
            row.base + ",\"completed\":\"" + row.completed + "\",\"open\":\"" + row.open + "\"}\n"
    ) << row.text;
}

TEST(OffsetsCommand, PC14_decodes_the_worked_rows_1_and_2_of_the_peer) {
    expect_decoded({"123", "bgAA", "run_length_v1", "", ""});
    expect_decoded({"10", "bAACAgA=", "bit_set_v1", "11", "10"});
    expect_decoded({"10", "bgABAAE=", "run_length_v1", "11", "10"});
}

TEST(OffsetsCommand, PC14_decodes_the_worked_row_3_of_the_peer_in_six_codecs) {
    expect_decoded({"5", "bAAI/gA=", "bit_set_v1", "6-12", "5"});
    expect_decoded({"5", "bgABAAc=", "run_length_v1", "6-12", "5"});
    expect_decoded({"5", "bwAAAAj+AA==", "bit_set_v2", "6-12", "5"});
    expect_decoded({"5", "ZQAAAAEAAAAH", "run_length_v2", "6-12", "5"});
    expect_decoded({"5", "YSi1L/0AWCEAAAAI/gA=", "bit_set_v1_zstd", "6-12", "5"});
    expect_decoded({"5", "Sii1L/0AWCEAAAABAAc=", "run_length_v1_zstd", "6-12", "5"});
}

TEST(OffsetsCommand, PC14_decodes_the_worked_rows_4_to_8_of_the_peer) {
    expect_decoded({"10", "bAAI1gA=", "bit_set_v1", "11-12,14,16-17", "10,13,15"});
    const char* const done = "101-103,105,109-110";
    expect_decoded({"100", "bAALLgYA", "bit_set_v1", done, "100,104,106-108"});
    expect_decoded({"100", "bgABAAMAAQABAAMAAg==", "run_length_v1", done, "100,104,106-108"});
    expect_decoded({"0", "bgABf/8=", "run_length_v1", "1-32767", "0"});
    expect_decoded({"0", "ZQAAAAEAAIAA", "run_length_v2", "1-32768", "0"});
    expect_decoded({"5", "ZQAAAAEAAMNL", "run_length_v2", "6-50000", "5"});
}

TEST(OffsetsCommand, PC14_decodes_the_worked_row_9_of_the_peer_every_even_offset_open) {
    std::string completed;
    std::string open;
    for (int offset = 1'000; offset < 3'000; offset += 2) {
        open += (open.empty() ? "" : ",") + std::to_string(offset);
        completed += (completed.empty() ? "" : ",") + std::to_string(offset + 1);
    }
    expect_decoded(
        {"1000",
         "Sii1L/0AWE0AABAAAQEAm893WA==",
         "run_length_v1_zstd",
         completed.c_str(),
         open.c_str()}
    );
}

/// Row 10: 20,001 offsets, about half of them open at random. Bit i of the set is offset base + i.
TEST(OffsetsCommand, PC14_decodes_the_worked_row_10_of_the_peer_in_3340_characters) {
    ByteBuffer body(2 + 2'501 + 1, 0);  // count, bits, and the byte 0 that the peer appends
    body[0] = 0x4E;
    body[1] = 0x21;
    Random random{10};
    std::vector<OffsetRange> done;
    for (std::int64_t offset = 1; offset <= 20'000; ++offset) {
        if (offset < 20'000 && random.chance({.part = 1, .whole = 2})) continue;
        body[static_cast<std::size_t>(2 + offset / 8)] |=
            static_cast<std::uint8_t>(1U << (offset % 8));
        done.push_back({Offset{offset}, Offset{offset + 1}});
    }
    body.insert(body.begin(), 'l');
    const std::string text = base64_of(body);
    EXPECT_EQ(text.size(), 3'340U);
    const OffsetMap map = make_offset_map(Offset{0}, done);
    const std::string completed = text_of_ranges(map.completed);
    const std::string open = text_of_ranges(open_ranges(map));
    expect_decoded({"0", text.c_str(), "bit_set_v1", completed.c_str(), open.c_str()});
}

TEST(OffsetsCommand, calls_an_empty_text_none_and_a_strange_one_foreign) {
    EXPECT_TRUE(decoded("7", "").starts_with("{\"format\":\"none\",\"codec\":\"none\""));
    EXPECT_TRUE(decoded("7", "consumer").starts_with("{\"format\":\"foreign\",\"codec\":null"));
}

TEST(OffsetsCommand, encodes_the_text_alone_and_reads_it_back) {
    for (const std::string format : {"odradek", "confluent"}) {
        const Answer encoded =
            run({"encode", "--format", format, "--base", "10", "--completed", "11-12,15,20-39"});
        ASSERT_EQ(encoded.code, ExitCode::passed);
        const std::string text = encoded.output.substr(0, encoded.output.size() - 1);
        EXPECT_NE(decoded("10", text).find("\"completed\":\"11-12,15,20-39\""), text.npos);
        EXPECT_NE(decoded("10", text).find("\"open\":\"10,13-14,16-19\""), text.npos);
    }
}

TEST(OffsetsCommand, refuses_only_what_exceeds_the_limit) {
    const std::vector<std::string> line{
        "encode", "--format", "confluent", "--base", "10", "--completed", "11", "--limit"};
    auto with_limit = [&](const std::string& limit) {
        std::vector<std::string> whole = line;
        whole.push_back(limit);
        return run(whole).code;
    };
    EXPECT_EQ(with_limit("8"), ExitCode::passed);
    EXPECT_EQ(with_limit("7"), ExitCode::not_held);
}

TEST(OffsetsCommand, answers_bad_input_with_two) {
    EXPECT_EQ(run({}).code, ExitCode::usage);
    EXPECT_EQ(run({"decode", "bgAA"}).code, ExitCode::usage);
    EXPECT_EQ(run({"decode", "--base", "-1", "bgAA"}).code, ExitCode::usage);
    EXPECT_EQ(run({"decode", "--base", "10", "\xE1\x9B\x9F"}).code, ExitCode::usage);
    EXPECT_EQ(
        run({"encode", "--format", "odradek", "--base", "10", "--completed", "10"}).code,
        ExitCode::usage
    );
    EXPECT_EQ(
        run({"encode", "--format", "odradek", "--base", "10", "--completed", "9-x"}).code,
        ExitCode::usage
    );
}

}  // namespace odradek
