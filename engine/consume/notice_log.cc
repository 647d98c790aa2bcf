#include "engine/consume/notice_log.h"

#include <utility>

namespace odradek::consume {

void NoticeLog::write(const EngineNotice& notice, Instant now) {
    const auto [place, is_new] = kinds_.try_emplace(notice.kind, Kind{.second_began = now});
    Kind& kind = place->second;
    if (now - kind.second_began >= std::chrono::seconds{1}) {
        kind.second_began = now;
        kind.written = 0;
    }
    if (kind.written == lines_max) {
        ++kind.left_out;
        return;
    }
    ++kind.written;
    std::string line = notice.kind;
    if (notice.partition) line += " " + to_string(*notice.partition);
    if (notice.offset != no_offset) line += "@" + std::to_string(notice.offset.value());
    if (notice.attempt > 0) line += " attempt " + std::to_string(notice.attempt);
    if (!notice.text.empty()) line += ": " + notice.text;
    if (const std::uint64_t more = std::exchange(kind.left_out, 0); more > 0) {
        line += " (and " + std::to_string(more) + " more before it)";
    }
    print_(line);
}

}  // namespace odradek::consume
