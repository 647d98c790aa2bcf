#pragma once

#include "engine/local_kafka/problem.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace odradek::local_kafka {

/// Makes the folder and what is missing above it. Problem: no permission, no space, a file in the
/// way.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& folder);

/// Removes the folder with all in it; that it was not there is fine.
[[nodiscard]] Result<void> remove_folder(const std::filesystem::path& folder);

/// Replaces the file's text in one step: a reader sees the old or the new text, never a part.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& file, std::string_view text);

/// The file's text; empty when it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

/// Problem when the file system of `folder` has less than `bytes` free for this user.
[[nodiscard]] Result<void> require_space(const std::filesystem::path& folder, std::uintmax_t bytes);

/// Held by one process at a time; the kernel lets go of it when the process ends in whatever way.
class FileLock {
public:
    /// Waits for it. Problem: the lock file cannot be written.
    [[nodiscard]] static Result<FileLock> take(const std::filesystem::path& file);
    /// Does not wait; the Problem says that another has it.
    [[nodiscard]] static Result<FileLock> try_take(const std::filesystem::path& file);

    /// Removes the file while it is still held; one who waits for it then makes it anew.
    void remove_file() const;

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&&) = delete;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    FileLock(std::filesystem::path file, int descriptor);

    [[nodiscard]] static Result<FileLock> open_and_lock(
        const std::filesystem::path& file, int operation
    );

    std::filesystem::path file_;
    int descriptor_;
};

}  // namespace odradek::local_kafka
