#pragma once

#include "odradek/outcome.h"
#include "odradek/record.h"

#include <atomic>
#include <mutex>

namespace odradek::consume {

/// The handler of `--print`: one JSON line a record, whole lines only, in the order in which the
/// handlers run. A record is done when its line was taken by the file.
class RecordPrinter {
public:
    /// `file` is the number of an open file, and stays open.
    explicit RecordPrinter(int file) : file_(file) {}

    [[nodiscard]] Outcome run(const RecordContext& context);

    /// Nobody reads the file any more; every record is a retry from then on.
    [[nodiscard]] bool has_failed() const { return has_failed_; }

private:
    int file_;
    std::mutex mutex_;
    std::atomic<bool> has_failed_ = false;
};

}  // namespace odradek::consume
