#pragma once

#include <string>
#include <vector>

namespace odradek::docs {

/// What a fenced block of a Markdown file asks for.
///
///     ```console           a transcript: what follows "$ " is run by sh in the order of the file,
///                          what follows that must be printed; "…" stands for anything, a line of
///                          its own for any lines; an exit code other than 0 is printed by the
///                          transcript itself: "$ odradek …; echo $?"
///     ```yaml orders.yaml  a file of that name, written before the next transcript
struct Step {
    enum class Kind : unsigned char { run, write };

    Kind kind = Kind::run;
    int line = 0;      ///< in the Markdown file
    std::string name;  ///< the command, or the file
    std::string text;  ///< what must be printed, or the file's text
};

/// The steps of a Markdown text in order.
[[nodiscard]] std::vector<Step> steps_in(const std::string& markdown);

/// Whether `output` is what `expected` says.
[[nodiscard]] bool matches(const std::string& output, const std::string& expected);

}  // namespace odradek::docs
