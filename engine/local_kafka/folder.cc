#include "engine/local_kafka/folder.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;

Problem cannot(std::string_view verb, const fs::path& path, const std::string& reason) {
    return {
        .what = fmt::format("cannot {} {}: {}", verb, path.string(), reason),
        .remedy =
            "free space or permissions there, or name another folder with --dir "
            "(or ODRADEK_KAFKA_DIR)",
    };
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool is_same_file(int descriptor, const fs::path& file) {
    struct stat held {};
    struct stat named {};
    return fstat(descriptor, &held) == 0 && stat(file.c_str(), &named) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

Result<void> make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return std::unexpected(cannot("make the folder", folder, error.message()));
    if (access(folder.c_str(), W_OK) != 0) {
        return std::unexpected(cannot("write in", folder, std::generic_category().message(errno)));
    }
    return {};
}

Result<void> remove_folder(const fs::path& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) return std::unexpected(cannot("remove", folder, error.message()));
    return {};
}

Result<void> write_file(const fs::path& file, std::string_view text) {
    const fs::path fresh = file.string() + ".new";
    const int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return std::unexpected(cannot("write", file, std::generic_category().message(errno)));
    const bool is_whole = write_all(descriptor, text);
    const int reason = errno;
    close(descriptor);
    if (!is_whole) {
        unlink(fresh.c_str());
        return std::unexpected(cannot("write", file, std::generic_category().message(reason)));
    }
    if (rename(fresh.c_str(), file.c_str()) != 0) {
        return std::unexpected(cannot("write", file, std::generic_category().message(errno)));
    }
    return {};
}

std::string read_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Result<void> require_space(const fs::path& folder, std::uintmax_t bytes) {
    struct statvfs disk {};
    if (statvfs(folder.c_str(), &disk) != 0) {
        return std::unexpected(cannot("read", folder, std::generic_category().message(errno)));
    }
    const std::uintmax_t free_bytes = std::uintmax_t{disk.f_bavail} * disk.f_frsize;
    if (free_bytes >= bytes) return {};
    return std::unexpected(cannot(
        "use",
        folder,
        fmt::format("only {} MB are free and {} MB are needed", free_bytes >> 20U, bytes >> 20U)
    ));
}

Result<FileLock> FileLock::open_and_lock(const fs::path& file, int operation) {
    while (true) {
        const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0)
            return std::unexpected(cannot("write", file, std::generic_category().message(errno)));
        FileLock lock(file, descriptor);
        while (flock(descriptor, operation) != 0) {
            if (errno == EINTR) continue;
            return std::unexpected(cannot("lock", file, std::generic_category().message(errno)));
        }
        if (is_same_file(descriptor, file)) return lock;  // else its holder has removed it
    }
}

Result<FileLock> FileLock::take(const fs::path& file) {
    return open_and_lock(file, LOCK_EX);
}

Result<FileLock> FileLock::try_take(const fs::path& file) {
    return open_and_lock(file, LOCK_EX | LOCK_NB);
}

void FileLock::remove_file() const {
    unlink(file_.c_str());
}

FileLock::FileLock(fs::path file, int descriptor)
    : file_(std::move(file))
    , descriptor_(descriptor) {}

FileLock::FileLock(FileLock&& other) noexcept
    : file_(std::move(other.file_))
    , descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace odradek::local_kafka
