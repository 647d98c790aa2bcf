// The launcher in a checkout of its own that has nothing to build: what it says and answers.
#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/process.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek {

namespace {

namespace fs = std::filesystem;
using local_kafka::Finished;
using local_kafka::make_folder;
using local_kafka::remove_folder;
using local_kafka::write_file;

class Launcher : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(make_folder(checkout_ / "docker").has_value());
        ASSERT_TRUE(make_folder(checkout_ / "engine").has_value());
        fs::copy_file("odradek", checkout_ / "odradek");
        fs::copy_file("docker/packages.txt", checkout_ / "docker/packages.txt");
    }

    void TearDown() override { EXPECT_TRUE(remove_folder(checkout_).has_value()); }

    [[nodiscard]] Finished run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), checkout_ / "odradek");
        return local_kafka::run_to_end(arguments, std::chrono::seconds(60));
    }

    /// A program that was built a moment ago, and is newer than all sources.
    void pretend_to_be_built(const std::string& program) const {
        const fs::path folder = checkout_ / "build/release";
        ASSERT_TRUE(make_folder(folder / "bin").has_value());
        ASSERT_TRUE(write_file(folder / "bin/odradek", program).has_value());
        fs::permissions(folder / "bin/odradek", fs::perms::owner_all);
        ASSERT_TRUE(write_file(folder / ".launcher.stamp", "").has_value());
    }

    fs::path checkout_ = fs::path(::testing::TempDir()) / ("launcher-" + std::to_string(getpid()));
};

}  // namespace

TEST_F(Launcher, helps_before_anything_is_built) {
    const Finished help = run({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.output.find("usage: ./odradek COMMAND"), std::string::npos);
    EXPECT_FALSE(fs::exists(checkout_ / "build"));
}

TEST_F(Launcher, answers_an_unknown_suite_with_two_and_builds_nothing) {
    const Finished test = run({"test", "everything"});
    EXPECT_EQ(test.exit_code, 2);
    EXPECT_NE(test.output.find("unknown suite 'everything'"), std::string::npos);
    EXPECT_FALSE(fs::exists(checkout_ / "build"));
}

TEST_F(Launcher, takes_cases_and_a_seed_for_the_laws_alone) {
    EXPECT_EQ(run({"test", "property", "--cases", "many"}).exit_code, 2);
    EXPECT_EQ(run({"test", "property", "--times", "7"}).exit_code, 2);
    const Finished unit = run({"test", "unit", "--seed", "7"});
    EXPECT_EQ(unit.exit_code, 2);
    EXPECT_NE(unit.output.find("options for 'property' alone"), std::string::npos);
    EXPECT_FALSE(fs::exists(checkout_ / "build"));
}

TEST_F(Launcher, says_in_one_message_that_it_cannot_write) {
    ASSERT_TRUE(write_file(checkout_ / "build", "in the way").has_value());
    const Finished check = run({"check"});
    EXPECT_EQ(check.exit_code, 3);
    EXPECT_EQ(check.output.find("odradek: error: cannot write in"), 0U) << check.output;
}

TEST_F(Launcher, hands_arguments_folder_and_exit_code_through_when_nothing_changed) {
    pretend_to_be_built("#!/bin/sh\necho \"$PWD\" \"$@\"\nexit 42\n");
    const Finished ran = run({"check", "a b", "--x"});
    EXPECT_EQ(ran.exit_code, 42);
    EXPECT_EQ(ran.output, fs::current_path().string() + " check a b --x\n");
}

TEST_F(Launcher, builds_again_when_a_source_is_newer) {
    pretend_to_be_built("#!/bin/sh\nexit 42\n");
    ASSERT_TRUE(write_file(checkout_ / "engine/new.cc", "").has_value());
    fs::last_write_time(
        checkout_ / "engine/new.cc",
        fs::last_write_time(checkout_ / "build/release/.launcher.stamp") + std::chrono::seconds(1)
    );
    // There is nothing that CMake could configure, and the message says so.
    EXPECT_EQ(run({"check"}).exit_code, 3);
}

}  // namespace odradek
