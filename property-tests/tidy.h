#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace odradek::tidy {

/// A file of the tree as the rules see it.
struct SourceFile {
    std::string path;  ///< from the top of the repository
    std::string text;
};

/// A place that breaks a house rule: "path:line: what; use what instead".
using Finding = std::string;

/// Clock, thread, chance, I/O and hash order where everything must be deterministic.
[[nodiscard]] std::vector<Finding> find_impurities(const SourceFile& file);

/// Includes that an arrow of ARCHITECTURE.md forbids, and libraries outside their one place.
[[nodiscard]] std::vector<Finding> find_wrong_includes(const SourceFile& file);

/// Long lines, tabs, trailing spaces, FIXME, TODO without an issue, a missing pragma, `using
/// namespace` in a header, files over 600 lines.
[[nodiscard]] std::vector<Finding> find_untidiness(const SourceFile& file);

/// Sleeps and clocks in tests.
[[nodiscard]] std::vector<Finding> find_test_waits(const SourceFile& file);

/// `throw` of anything but a ContractViolation, and `catch (...)`, outside the listed places.
[[nodiscard]] std::vector<Finding> find_exceptions(const SourceFile& file);

/// Sources of the core without a test that names their class or file.
[[nodiscard]] std::vector<Finding> find_untested(const std::vector<SourceFile>& files);

/// Links and back-quoted paths of Markdown files that lead nowhere. `paths` is every tracked file
/// and folder.
[[nodiscard]] std::vector<Finding> find_dead_links(
    const SourceFile& file, const std::vector<std::string>& paths
);

/// Feature ids that the README's table calls tested although no test names them.
[[nodiscard]] std::vector<Finding> find_unproven_features(const std::vector<SourceFile>& files);

}  // namespace odradek::tidy
