#include "engine/cli/offsets_command.h"

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

TEST(OffsetsCommand, decodes_the_worked_rows_of_the_peer_as_json) {
    EXPECT_EQ(
        decoded("123", "bgAA"),
        "{\"format\":\"confluent\",\"codec\":\"run_length_v1\",\"next_to_read\":123,"
        "\"completed\":\"\",\"open\":\"\"}\n"
    );
    EXPECT_EQ(
        decoded("10", "bAAI1gA="),
        "{\"format\":\"confluent\",\"codec\":\"bit_set_v1\",\"next_to_read\":10,"
        "\"completed\":\"11-12,14,16-17\",\"open\":\"10,13,15\"}\n"
    );
    EXPECT_EQ(
        decoded("5", "ZQAAAAEAAMNL"),
        "{\"format\":\"confluent\",\"codec\":\"run_length_v2\",\"next_to_read\":5,"
        "\"completed\":\"6-50000\",\"open\":\"5\"}\n"
    );
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
