#include "property-tests/docs.h"

#include <sstream>
#include <string_view>

namespace odradek::docs {

namespace {

constexpr std::string_view anything = "…";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream input{text};
    for (std::string line; std::getline(input, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// Adds the steps of one transcript whose first line is number `line`.
void add_commands(const std::vector<std::string>& lines, int line, std::vector<Step>& steps) {
    bool goes_on = false;
    for (const std::string& text : lines) {
        if (goes_on) {
            steps.back().name += "\n" + text;
        } else if (text.starts_with("$ ")) {
            steps.push_back(
                {.kind = Step::Kind::run, .line = line, .name = text.substr(2), .text = {}}
            );
        } else if (!steps.empty()) {
            steps.back().text += text + "\n";
        }
        const bool is_command = goes_on || text.starts_with("$ ");
        goes_on = is_command && text.ends_with('\\');
        ++line;
    }
}

bool line_matches(std::string_view line, std::string_view pattern) {
    const std::size_t wild = pattern.find(anything);
    if (wild == std::string_view::npos) return line == pattern;
    if (!line.starts_with(pattern.substr(0, wild))) return false;
    const std::string_view rest = pattern.substr(wild + anything.size());
    for (std::size_t from = wild; from <= line.size(); ++from) {
        if (line_matches(line.substr(from), rest)) return true;
    }
    return false;
}

bool lines_match(
    const std::vector<std::string>& lines,
    std::size_t at,
    const std::vector<std::string>& patterns,
    std::size_t pattern
) {
    if (pattern == patterns.size()) return at == lines.size();
    if (patterns[pattern] == anything) {
        for (std::size_t from = at; from <= lines.size(); ++from) {
            if (lines_match(lines, from, patterns, pattern + 1)) return true;
        }
        return false;
    }
    return at < lines.size() && line_matches(lines[at], patterns[pattern]) &&
           lines_match(lines, at + 1, patterns, pattern + 1);
}

}  // namespace

std::vector<Step> steps_in(const std::string& markdown) {
    std::vector<Step> steps;
    std::vector<std::string> block;
    std::string fence;  // what stands behind the opening ```, inside a block
    bool is_inside = false;
    int line = 0;
    int first = 0;
    for (const std::string& text : lines_of(markdown)) {
        ++line;
        if (!text.starts_with("```")) {
            if (is_inside) block.push_back(text);
            continue;
        }
        is_inside = !is_inside;
        if (is_inside) {
            fence = text.substr(3);
            first = line + 1;
            block.clear();
            continue;
        }
        if (fence == "console") add_commands(block, first, steps);
        const std::size_t space = fence.find(' ');
        if (space == std::string::npos) continue;
        Step file{
            .kind = Step::Kind::write, .line = first, .name = fence.substr(space + 1), .text = {}};
        for (const std::string& content : block) {
            file.text += content + "\n";
        }
        steps.push_back(std::move(file));
    }
    return steps;
}

bool matches(const std::string& output, const std::string& expected) {
    return lines_match(lines_of(output), 0, lines_of(expected), 0);
}

}  // namespace odradek::docs
