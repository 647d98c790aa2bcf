#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::canary {

/// An Odradek that is broken on purpose: one small source patch, and who must notice.
///
/// `canaries/NAME.patch` is a unified diff of `.cc` files with a header of `Name: value` lines:
/// Defect, Source, Program (the test program), Law (a test of it; for odradek-chaos a scenario and
/// a guarantee), Within (how many cases or seeds it may take at most), and `Shrink: no` where the
/// counterexample would take too long to shrink.
struct Canary {
    std::string name;
    std::string defect;   ///< in one sentence
    std::string source;   ///< whose defect it was
    std::string program;  ///< that must turn red
    std::string law;
    std::uint64_t within = 1;
    bool is_shrunk = true;
    std::string diff;
    std::vector<std::string> files;  ///< changed ones, from the root of the sources
};

/// Error: a sentence that says what is missing in the header or the diff.
[[nodiscard]] std::expected<Canary, std::string> parse_canary(
    std::string name, std::string_view text
);

/// What came of running a broken program.
struct Verdict {
    bool is_caught = false;
    std::uint64_t after = 0;  ///< cases or seeds until red; 0: the program crashed
    std::uint64_t size = 0;   ///< of the shrunk counterexample, in lines; 0: not shrunk
    std::string why;          ///< what the law says, or why this does not count as caught
};

/// Reads the output of a test program: which case was red, how small it became, what broke.
[[nodiscard]] Verdict read_property_output(const Canary& canary, std::string_view output);

/// Reads the JSON of `odradek-chaos sweep`, whose first seed was `from`.
[[nodiscard]] Verdict read_sweep_output(
    const Canary& canary, std::string_view output, std::uint64_t from
);

/// Where canaries are built: the sources, and a build folder in which all programs are fresh.
struct Workshop {
    std::filesystem::path sources;
    std::filesystem::path build;
    std::uint64_t seed = 0;
};

/// Applies the patch to a copy, compiles the changed files with the commands of the build, links
/// them in front of the libraries, and runs the program. Its output is kept in
/// `build/canaries/NAME.log`. Nothing in the sources or the other build products changes.
[[nodiscard]] Verdict try_canary(const Canary& canary, const Workshop& workshop);

}  // namespace odradek::canary
