#include "engine/consume/record_printer.h"

#include "engine/consume/record_json.h"

#include <cerrno>
#include <string_view>

#include <unistd.h>

namespace odradek::consume {

Outcome RecordPrinter::run(const RecordContext& context) {
    std::string line;
    append_record_json(context, line);
    line += '\n';
    const std::lock_guard lock{mutex_};
    std::string_view rest = line;
    while (!rest.empty() && !has_failed_) {
        const ssize_t size = write(file_, rest.data(), rest.size());
        if (size > 0) rest.remove_prefix(static_cast<std::size_t>(size));
        if (size < 0 && errno != EINTR) has_failed_ = true;
    }
    return has_failed_ ? Outcome::retry("standard output cannot be written") : Outcome::done();
}

}  // namespace odradek::consume
