#include "engine/tools/byte_input.h"

#include "engine/tools/test_file.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using testing::HasSubstr;

/// All bytes, read in pieces of `piece`; the error as text.
std::string read_all(const std::string& path, std::size_t piece = 1'000) {
    auto input = ByteInput::open(path);
    if (!input) return "error: " + input.error().what;
    std::string all;
    std::string buffer(piece, '\0');
    for (;;) {
        const auto count = input->read(buffer);
        if (!count) return "error: " + count.error().what;
        if (*count == 0) return all;
        all += buffer.substr(0, *count);
    }
}

std::string sample_text() {
    std::string text;
    for (int i = 0; i < 100'000; ++i) {
        text += std::to_string(i * 7919) + "\n";
    }
    return text;
}

std::string packed(const TestFile& file, const std::string& command, const std::string& ending) {
    EXPECT_EQ(std::system((command + " " + file.path()).c_str()), 0);
    return file.path() + ending;
}

}  // namespace

TEST(ByteInput, gives_the_bytes_of_a_file_in_pieces_of_any_size) {
    const std::string text = sample_text();
    const TestFile file(".txt", text);
    for (const std::size_t piece : {1'001UL, 1UL << 20U}) {
        EXPECT_EQ(read_all(file.path(), piece), text);
    }
    EXPECT_EQ(read_all(TestFile(".empty", "").path()), "");
}

TEST(ByteInput, unpacks_by_the_first_bytes_and_not_by_the_name) {
    const std::string text = sample_text();
    const TestFile file(".csv", text);
    for (const auto& [command, ending] :
         {std::pair{"gzip -kf", ".gz"}, std::pair{"zstd -qkf", ".zst"}}) {
        const std::string path = packed(file, command, ending);
        const std::string renamed = file.path() + ".plain";
        std::filesystem::rename(path, renamed);
        auto input = ByteInput::open(renamed);
        ASSERT_TRUE(input.has_value());
        EXPECT_EQ(
            input->compression(), std::string(ending) == ".gz" ? "gzip" : std::string("zstd")
        );
        EXPECT_EQ(read_all(renamed), text);
        std::filesystem::remove(renamed);
    }
}

TEST(ByteInput, reads_packed_members_one_after_another) {
    const TestFile file(".txt", "one\n");
    for (const auto& [command, ending] :
         {std::pair{"gzip -kf", ".gz"}, std::pair{"zstd -qkf", ".zst"}}) {
        const std::string path = packed(file, command, ending);
        const std::string twice = path + ".twice";
        ASSERT_EQ(std::system(("cat " + path + " " + path + " > " + twice).c_str()), 0);
        EXPECT_EQ(read_all(twice), "one\none\n");
        std::filesystem::remove(path);
        std::filesystem::remove(twice);
    }
}

TEST(ByteInput, says_when_packed_data_is_cut_or_damaged) {
    const TestFile file(".txt", sample_text());
    for (const auto& [command, ending] :
         {std::pair{"gzip -kf", ".gz"}, std::pair{"zstd -qkf", ".zst"}}) {
        const std::string path = packed(file, command, ending);
        const auto size = std::filesystem::file_size(path);
        std::filesystem::resize_file(path, size - 20);
        EXPECT_THAT(read_all(path), HasSubstr("cut short"));
        ASSERT_EQ(packed(file, command, ending), path);
        std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(static_cast<std::streamoff>(size / 2));
        bytes << std::string(64, '\xAA');
        bytes.close();
        EXPECT_THAT(read_all(path), HasSubstr("damaged"));
        std::filesystem::remove(path);
    }
}

TEST(ByteInput, says_why_a_file_cannot_be_opened) {
    EXPECT_THAT(read_all("/nowhere/keys"), HasSubstr("No such file"));
    EXPECT_THAT(read_all("/"), HasSubstr("Is a directory"));
}

}  // namespace odradek
