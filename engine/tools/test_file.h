#pragma once

#include <cstdio>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

/// A file with `text`, removed at the end of the test.
class TestFile {
public:
    TestFile(const std::string& ending, const std::string& text) {
        const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
        path_ =
            testing::TempDir() + "odradek_" + test->test_suite_name() + "_" + test->name() + ending;
        std::ofstream(path_, std::ios::binary) << text;
    }
    TestFile(const TestFile&) = delete;
    TestFile& operator=(const TestFile&) = delete;
    ~TestFile() { (void)std::remove(path_.c_str()); }

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace odradek
