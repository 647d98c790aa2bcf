#pragma once

#include "odradek/clock.h"

#include "engine/base/random.h"
#include "scenarios/real_member.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace odradek::scenarios {

/// What a run tells the process of a member, a line each on its standard input.
struct MemberOrder {
    enum class Kind : unsigned char {
        pause,
        resume,
        usual_handler,    ///< as the scenario says
        slow_handler,     ///< each run takes `span`
        failing_handler,  ///< each run asks for a retry with the chance `failures`
        stop,             ///< cleanly, at most for `span`; the process ends
    };

    Kind kind = Kind::pause;
    Duration span{};
    Ratio failures{};

    friend bool operator==(const MemberOrder&, const MemberOrder&) = default;
};

/// One line without its end.
[[nodiscard]] std::string to_line(const MemberOrder& order);
[[nodiscard]] std::optional<MemberOrder> parse_order(std::string_view line);

/// What the process of a member is started with.
struct MemberTask {
    RealMember::Place place;
    std::filesystem::path scenario;  ///< its file
    std::filesystem::path ledger;    ///< to be made
};

/// Error: what is wrong with the file.
[[nodiscard]] std::expected<void, std::string> write_member_task(
    const std::filesystem::path& path, const MemberTask& task
);
[[nodiscard]] std::expected<MemberTask, std::string> read_member_task(
    const std::filesystem::path& path
);

}  // namespace odradek::scenarios
