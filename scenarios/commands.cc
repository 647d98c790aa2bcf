#include "scenarios/commands.h"

#include "scenarios/seed.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

namespace odradek::scenarios {

void add_format(CLI::App& app, std::string& format) {
    app.add_option("--format", format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
}

void add_seed(
    CLI::App& app, const std::string& name, std::uint64_t& seed, const std::string& what
) {
    app.add_option_function<std::string>(
           name, [&seed](const std::string& text) { seed = *parse_seed(text); }, what
    )
        ->check([](const std::string& text) {
            return parse_seed(text) ? std::string() : "a seed is decimal or 0x hexadecimal";
        })
        ->type_name("SEED");
}

ExitCode report_mistakes(std::span<const ConfigError> mistakes) {
    for (const ConfigError& mistake : mistakes) {
        ConfigError bare = mistake;
        bare.help.clear();
        report_error(to_string(bare), mistake.help);
    }
    return ExitCode::usage;
}

bool write_file(const std::filesystem::path& path, std::string_view text) {
    std::error_code failed;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
    errno = 0;
    std::ofstream output(path, std::ios::binary | std::ios::trunc);
    output.write(text.data(), static_cast<std::streamsize>(text.size()));
    output.close();
    if (output.good()) return true;
    const std::string why = failed ? failed.message() : std::strerror(errno);
    report_error(
        fmt::format("cannot write {}: {}", path.string(), why),
        "choose a folder with space that you may write to, with --out DIR"
    );
    return false;
}

}  // namespace odradek::scenarios
