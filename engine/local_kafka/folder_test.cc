#include "engine/local_kafka/folder.h"

#include <limits>

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;

class FolderTest : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(make_folder(folder_).has_value()); }

    void TearDown() override { EXPECT_TRUE(remove_folder(folder_).has_value()); }

    fs::path folder_ = fs::path(::testing::TempDir()) / ("folder_test-" + std::to_string(getpid()));
};

}  // namespace

TEST_F(FolderTest, replaces_a_file_in_one_step_and_leaves_nothing_beside_it) {
    ASSERT_TRUE(write_file(folder_ / "a", "one").has_value());
    ASSERT_TRUE(write_file(folder_ / "a", "two").has_value());
    EXPECT_EQ(read_file(folder_ / "a"), "two");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(FolderTest, names_the_folder_that_a_file_stands_in_the_way_of) {
    ASSERT_TRUE(write_file(folder_ / "a", "").has_value());
    const auto made = make_folder(folder_ / "a/b");
    ASSERT_FALSE(made.has_value());
    EXPECT_NE(made.error().what.find((folder_ / "a/b").string()), std::string::npos);
    EXPECT_FALSE(made.error().remedy.empty());
}

TEST_F(FolderTest, names_the_file_that_cannot_be_written) {
    const auto written = write_file(folder_ / "missing/x", "text");
    ASSERT_FALSE(written.has_value());
    EXPECT_NE(written.error().what.find("missing/x"), std::string::npos);
}

TEST_F(FolderTest, says_how_much_space_is_missing) {
    EXPECT_TRUE(require_space(folder_, 1).has_value());
    const auto space = require_space(folder_, std::numeric_limits<std::uintmax_t>::max());
    ASSERT_FALSE(space.has_value());
    EXPECT_NE(space.error().what.find("MB are free"), std::string::npos);
}

TEST_F(FolderTest, locks_once_until_the_holder_lets_go) {
    {
        const auto held = FileLock::take(folder_ / "lock");
        ASSERT_TRUE(held.has_value());
        EXPECT_FALSE(FileLock::try_take(folder_ / "lock").has_value());
    }
    EXPECT_TRUE(FileLock::try_take(folder_ / "lock").has_value());
}

TEST_F(FolderTest, locks_anew_when_the_holder_removed_the_file) {
    const auto held = FileLock::take(folder_ / "lock");
    ASSERT_TRUE(held.has_value());
    held->remove_file();
    const auto next = FileLock::try_take(folder_ / "lock");
    EXPECT_TRUE(next.has_value());
    EXPECT_FALSE(FileLock::try_take(folder_ / "lock").has_value());
}

}  // namespace odradek::local_kafka
