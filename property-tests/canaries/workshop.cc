// One object and one link for each canary: everything else is the normal build's.

#include "engine/local_kafka/process.h"
#include "property-tests/canaries/canary.h"

#include <chrono>
#include <fstream>
#include <sstream>

namespace odradek::canary {

namespace {

namespace fs = std::filesystem;
using local_kafka::Finished;
using local_kafka::run_to_end;
using namespace std::chrono_literals;

constexpr auto build_limit = 120s;
constexpr auto run_limit = 300s;

struct Commands {
    std::string compile;  ///< of the file in question
    std::string link;     ///< of the program
};

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

/// What the build itself runs to make `program`, one command a line.
std::string commands_for(const std::string& program, const Workshop& workshop) {
    return run_to_end({"ninja", "-C", workshop.build, "-t", "commands", program}, build_limit)
        .output;
}

Verdict not_caught(std::string why) {
    return {.why = std::move(why)};
}

/// The command that compiles `file`, with object and source replaced; empty if there is none.
std::string compile_command(
    const std::string& commands,
    const fs::path& source,
    const fs::path& copy,
    const fs::path& object
) {
    std::istringstream lines{commands};
    for (std::string line; std::getline(lines, line);) {
        const std::string end = " -c " + source.string();
        if (!line.ends_with(end)) continue;
        const std::size_t at = line.rfind(" -o ");
        const std::string own = line.substr(at + 4, line.size() - end.size() - at - 4);
        replace_all(line, own, object);
        replace_all(line, end, " -w -c " + copy.string());
        replace_all(line, " -Werror ", " ");
        return line;
    }
    return {};
}

/// The command that links `program`, with the broken objects first and another result.
std::string link_command(
    const std::string& commands,
    const std::string& program,
    const std::string& objects,
    const fs::path& result
) {
    std::istringstream lines{commands};
    for (std::string line; std::getline(lines, line);) {
        const std::string own = " -o bin/" + program + " ";
        if (line.find(own) == std::string::npos) continue;
        replace_all(line, own, " " + objects + " -o " + result.string() + " ");
        return line;
    }
    return {};
}

Finished shell(const std::string& command, const Workshop& workshop) {
    return run_to_end(
        {"sh", "-c", "cd '" + workshop.build.string() + "' && " + command}, build_limit
    );
}

/// The broken program in `folder`; error: why there is none.
std::expected<fs::path, std::string> build(
    const Canary& canary, const Workshop& workshop, const fs::path& folder
) {
    for (const std::string& file : canary.files) {
        fs::create_directories((folder / file).parent_path());
        fs::copy_file(workshop.sources / file, folder / file);
    }
    std::ofstream{folder / "diff"} << canary.diff;
    const Finished patched = run_to_end(
        {"patch", "-p1", "-s", "-d", folder.string(), "-i", (folder / "diff").string()}, build_limit
    );
    if (patched.exit_code != 0) {
        return std::unexpected(
            "the patch does not apply any more: make the same defect by hand, and keep it with "
            "`git "
            "diff` under the patch's header; or remove the canary if the code it broke is gone\n" +
            patched.output
        );
    }
    const std::string commands = commands_for(canary.program, workshop);
    std::string objects;
    for (const std::string& file : canary.files) {
        const fs::path object = folder / (file + ".o");
        const std::string compile =
            compile_command(commands, workshop.sources / file, folder / file, object);
        if (compile.empty()) return std::unexpected(file + " is no part of " + canary.program);
        const Finished compiled = shell(compile, workshop);
        if (compiled.exit_code != 0) {
            return std::unexpected("the broken source does not compile\n" + compiled.output);
        }
        objects += " " + object.string();
    }
    const fs::path program = folder / canary.program;
    const std::string link = link_command(commands, canary.program, objects, program);
    if (link.empty()) return std::unexpected("nothing links " + canary.program);
    const Finished linked = shell(link, workshop);
    if (linked.exit_code != 0) return std::unexpected("it does not link\n" + linked.output);
    return program;
}

Verdict judge(const Canary& canary, const Workshop& workshop, const fs::path& program) {
    const bool is_sweep = canary.program == "odradek-chaos";
    const std::string seed = std::to_string(workshop.seed);
    const std::string count = std::to_string(canary.within);
    const std::string shrink = canary.is_shrunk ? "" : " noshrink=1";
    const Finished run = is_sweep
                             ? run_to_end(
                                   {program,
                                    "sweep",
                                    canary.law.substr(0, canary.law.find(' ')),
                                    "--seeds",
                                    count,
                                    "--from",
                                    seed,
                                    "--jobs",
                                    "1",
                                    "--no-shrink",
                                    "--format",
                                    "json"},
                                   run_limit
                               )
                             : run_to_end(
                                   {"env",
                                    "RC_PARAMS=seed=" + seed + " max_success=" + count + shrink,
                                    program,
                                    "--gtest_filter=" + canary.law},
                                   run_limit
                               );
    std::ofstream{workshop.build / "canaries" / (canary.name + ".log")} << run.output;
    if (run.timed_out) return not_caught("the broken program did not come to an end");
    if (is_sweep) return read_sweep_output(canary, run.output, workshop.seed);
    if (run.exit_code >= 128 && run.output.contains("[ RUN      ] " + canary.law)) {
        return {.is_caught = true, .why = "crash, signal " + std::to_string(run.exit_code - 128)};
    }
    return read_property_output(canary, run.output);
}

}  // namespace

Verdict try_canary(const Canary& canary, const Workshop& workshop) {
    const fs::path folder = workshop.build / "canaries" / canary.name;
    fs::remove_all(folder);
    fs::create_directories(folder);
    const auto program = build(canary, workshop, folder);
    const Verdict verdict =
        program ? judge(canary, workshop, *program) : not_caught(program.error());
    fs::remove_all(folder);
    return verdict;
}

}  // namespace odradek::canary
