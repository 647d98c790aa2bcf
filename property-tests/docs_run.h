#pragma once

#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/process.h"
#include "property-tests/docs.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::docs {

/// Runs the steps of a Markdown file in a folder that looks like a fresh checkout in which
/// `./odradek` was built: the programs are those of this build. `launcher` is a script put in the
/// launcher's place; ODRADEK in it is the program.
class DocsRun {
public:
    DocsRun(std::string file, const std::string& launcher) : file_(std::move(file)) {
        namespace fs = std::filesystem;
        folder_ = fs::path(::testing::TempDir()) / ("docs-" + std::to_string(getpid()));
        fs::create_directories(folder_);
        for (const fs::directory_entry& entry : fs::directory_iterator(fs::current_path())) {
            const std::string name = entry.path().filename();
            if (name == "odradek" || name == "build" || name == ".git") continue;
            fs::create_symlink(entry.path(), folder_ / name);
        }
        std::string script = launcher;
        for (std::size_t at = 0; (at = script.find("ODRADEK ", at)) != std::string::npos;) {
            script.replace(at, 7, ODRADEK_PROGRAM);
        }
        EXPECT_TRUE(local_kafka::write_file(folder_ / "odradek", script).has_value());
        fs::permissions(folder_ / "odradek", fs::perms::owner_all);
    }
    DocsRun(const DocsRun&) = delete;
    DocsRun& operator=(const DocsRun&) = delete;
    ~DocsRun() { std::filesystem::remove_all(folder_); }

    /// `change` alters a command before it is run.
    template <typename Change>
    void run(Change change) const {
        const std::vector<Step> steps = steps_in(local_kafka::read_file(file_));
        EXPECT_FALSE(steps.empty()) << file_ << " (tests run from the top of the checkout)";
        for (const Step& step : steps) {
            if (step.kind == Step::Kind::write) {
                EXPECT_TRUE(
                    local_kafka::write_file(folder_ / step.name, change(step.text)).has_value()
                );
                continue;
            }
            const std::string command =
                "cd '" + folder_.string() + "' && { " + change(step.name) + "\n}";
            const local_kafka::Finished finished =
                local_kafka::run_to_end({"sh", "-c", command}, std::chrono::minutes(3));
            EXPECT_EQ(finished.exit_code, 0) << place(step) << "\n" << finished.output;
            EXPECT_TRUE(matches(finished.output, change(step.text)))
                << place(step) << "\nprinted:\n"
                << finished.output << "expected:\n"
                << step.text;
        }
    }

private:
    [[nodiscard]] std::string place(const Step& step) const {
        return file_ + ":" + std::to_string(step.line) + ": " + step.name;
    }

    std::string file_;
    std::filesystem::path folder_;
};

}  // namespace odradek::docs
