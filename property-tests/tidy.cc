#include "property-tests/tidy.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <regex>
#include <set>
#include <span>

namespace odradek::tidy {

namespace {

struct Ban {
    std::string_view word;
    std::string_view instead;
};

bool starts_with_any(std::string_view path, const std::vector<std::string_view>& prefixes) {
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) {
        return path.starts_with(prefix);
    });
}

bool is_source(std::string_view path) {
    return path.ends_with(".cc") || path.ends_with(".h");
}

bool is_test(std::string_view path) {
    return path.ends_with("_test.cc") || path.ends_with("_property.cc") ||
           path.starts_with("property-tests/");
}

/// Calls `look(line number, line)` for every line; line comments are cut off when `code_only`.
template <typename Look>
void each_line(const SourceFile& file, bool code_only, Look look) {
    std::size_t begin = 0;
    for (int number = 1; begin < file.text.size(); ++number) {
        const std::size_t end = std::min(file.text.find('\n', begin), file.text.size());
        std::string_view line{file.text.data() + begin, end - begin};
        if (code_only) {
            const std::size_t comment = line.find("//");
            if (comment != std::string_view::npos) line = line.substr(0, comment);
        }
        look(number, line);
        begin = end + 1;
    }
}

Finding finding(const SourceFile& file, int line, std::string what) {
    return file.path + ":" + std::to_string(line) + ": " + std::move(what);
}

std::vector<Finding> find_banned(const SourceFile& file, std::span<const Ban> bans) {
    std::vector<Finding> findings;
    each_line(file, true, [&](int number, std::string_view line) {
        for (const Ban& ban : bans) {
            if (line.find(ban.word) == std::string_view::npos) continue;
            findings.push_back(
                finding(file, number, std::string(ban.word) + "; " + std::string(ban.instead))
            );
        }
    });
    return findings;
}

std::size_t characters(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count_if(line, [](char letter) {
        return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U;  // not inside a UTF-8 letter
    }));
}

}  // namespace

std::vector<Finding> find_impurities(const SourceFile& file) {
    static constexpr std::array bans{
        Ban{"system_clock", "take the time as an argument"},
        Ban{"steady_clock", "take the time as an argument"},
        Ban{"sleep_for", "return a deadline"},
        Ban{"<thread>", "threads live in engine/runtime"},
        Ban{"<mutex>", "threads live in engine/runtime"},
        Ban{"<atomic>", "threads live in engine/runtime"},
        Ban{"<random>", "use engine/base/random.h"},
        Ban{"getenv", "take an option"},
        Ban{"<fstream>", "I/O lives at the rim"},
        Ban{"<iostream>", "I/O lives at the rim"},
        Ban{"unordered_", "its order is chance; use a vector, a map or the core's own tables"}};
    const bool is_pure =
        starts_with_any(file.path, {"engine/core/", "engine/base/", "simulator/"}) &&
        !file.path.starts_with("simulator/wire/") && is_source(file.path) && !is_test(file.path) &&
        !file.path.ends_with("_bench.cc") && !file.path.ends_with("_fuzz.cc");
    return is_pure ? find_banned(file, bans) : std::vector<Finding>{};
}

std::vector<Finding> find_wrong_includes(const SourceFile& file) {
    struct Home {
        std::string_view include;
        std::vector<std::string_view> places;
    };
    static const std::vector<Home> libraries{
        {"<librdkafka", {"engine/kafka/", "property-tests/conformance/kafka_member"}},
        {"<yaml-cpp", {"engine/config/", "property-tests/docker_test.cc"}},
        {"gnuplot-iostream", {"reports/plot"}},
        {"<curl/", {"engine/consume/"}},
        {"<csv.h>", {"engine/tools/"}}};
    struct Edge {
        std::string_view from;
        std::vector<std::string_view> to;
    };
    // The first that matches holds.
    static const std::vector<Edge> edges{
        {"engine/include/", {}},
        {"engine/base/", {"engine/base/"}},
        {"engine/core/offsets/", {"engine/base/", "engine/core/offsets/"}},
        {"engine/core/", {"engine/base/", "engine/core/"}},
        {"engine/config/", {"engine/base/", "engine/core/", "engine/config/"}},
        {"engine/", {"engine/"}},
        {"simulator/", {"engine/base/", "engine/core/", "simulator/"}},
        {"scenarios/", {"engine/", "simulator/", "scenarios/"}},
        {"reports/", {"engine/", "simulator/", "scenarios/", "reports/"}}};
    std::vector<Finding> findings;
    if (!is_source(file.path)) return findings;
    each_line(file, false, [&](int number, std::string_view line) {
        if (!line.starts_with("#include")) return;
        for (const Home& home : libraries) {
            if (line.find(home.include) == std::string_view::npos) continue;
            if (starts_with_any(file.path, home.places)) continue;
            findings.push_back(
                finding(file, number, std::string(home.include) + " has its own place")
            );
        }
        const std::size_t open = line.find('"');
        if (open == std::string_view::npos || is_test(file.path)) return;
        const std::string_view target = line.substr(open + 1, line.rfind('"') - open - 1);
        if (target.starts_with("odradek/") || target.find('/') == std::string_view::npos) return;
        for (const Edge& edge : edges) {
            if (!file.path.starts_with(edge.from)) continue;
            if (!starts_with_any(target, edge.to)) {
                findings.push_back(finding(
                    file, number, std::string(target) + " is not below " + std::string(edge.from)
                ));
            }
            break;
        }
    });
    return findings;
}

std::vector<Finding> find_untidiness(const SourceFile& file) {
    static const std::regex bare_todo{"TODO(?!\\(#[0-9]+\\))"};
    std::vector<Finding> findings;
    if (!is_source(file.path)) return findings;
    const bool is_rulebook = file.path.starts_with("property-tests/tidy");
    int lines = 0;
    each_line(file, false, [&](int number, std::string_view line) {
        lines = number;
        if (characters(line) > 100) findings.push_back(finding(file, number, "longer than 100"));
        if (line.find('\t') != std::string_view::npos) {
            findings.push_back(finding(file, number, "a tab; use spaces"));
        }
        if (line.ends_with(' ')) findings.push_back(finding(file, number, "a trailing space"));
        if (is_rulebook) return;
        if (line.find("FIXME") != std::string_view::npos) {
            findings.push_back(finding(file, number, "FIXME; fix it or file an issue"));
        }
        if (std::regex_search(line.begin(), line.end(), bare_todo)) {
            findings.push_back(finding(file, number, "TODO without (#issue)"));
        }
        if (file.path.ends_with(".h") && line.starts_with("using namespace")) {
            findings.push_back(finding(file, number, "using namespace in a header"));
        }
    });
    if (file.path.ends_with(".h") && file.text.find("#pragma once") == std::string::npos) {
        findings.push_back(finding(file, 1, "no #pragma once"));
    }
    if (lines > 600)
        findings.push_back(finding(file, lines, "more than 600 lines; two reasons to change?"));
    return findings;
}

std::vector<Finding> find_test_waits(const SourceFile& file) {
    static constexpr std::array bans{
        Ban{"sleep_for", "move the clock, or wait for the event itself"},
        Ban{"sleep_until", "move the clock, or wait for the event itself"},
        Ban{"usleep", "move the clock, or wait for the event itself"},
        Ban{"system_clock", "a test has no wall clock"}};
    const bool is_rulebook = file.path.starts_with("property-tests/tidy");
    if (!is_test(file.path) || is_rulebook || !is_source(file.path)) return {};
    return find_banned(file, bans);
}

std::vector<Finding> find_exceptions(const SourceFile& file) {
    // user code may throw (invoke, the reducers); a foreign library throws (yaml-cpp, CLI11)
    static const std::vector<std::string_view> catches_all{
        "engine/base/lane_chooser.cc",
        "engine/runtime/invoke.cc",
        "engine/tools/",
        "engine/config/"};
    // what ends a test, and a scenario's partitioner that throws as a user's would
    static const std::vector<std::string_view> may_throw{
        "engine/runtime/kafka_test_consumer.h", "scenarios/lanes.cc"};
    std::vector<Finding> findings;
    if (!is_source(file.path) || is_test(file.path)) return findings;
    each_line(file, true, [&](int number, std::string_view line) {
        const bool throws = line.find("throw ") != std::string_view::npos &&
                            line.find("throw ContractViolation") == std::string_view::npos &&
                            !starts_with_any(file.path, may_throw);
        if (throws) findings.push_back(finding(file, number, "throw; return std::expected"));
        if (line.find("catch (...)") != std::string_view::npos &&
            !starts_with_any(file.path, catches_all)) {
            findings.push_back(finding(file, number, "catch (...) hides bugs"));
        }
    });
    return findings;
}

std::vector<Finding> find_untested(const std::vector<SourceFile>& files) {
    // Tested through the engine as a whole: they are its parts, not pieces of their own.
    static const std::set<std::string_view> parts{
        "engine/core/stages_group.cc", "engine/core/stages_life.cc", "engine/core/stages_work.cc"};
    std::set<std::string_view> paths;
    for (const SourceFile& file : files) {
        paths.insert(file.path);
    }
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        if (!file.path.starts_with("engine/core/") || !file.path.ends_with(".cc")) continue;
        if (is_test(file.path) || file.path.ends_with("_bench.cc") ||
            file.path.ends_with("_fuzz.cc")) {
            continue;
        }
        const std::string test = file.path.substr(0, file.path.size() - 3) + "_test.cc";
        if (!paths.contains(test) && !parts.contains(file.path)) {
            findings.push_back(finding(file, 1, "no " + test));
        }
    }
    return findings;
}

std::vector<Finding> find_dead_links(
    const SourceFile& file, const std::vector<std::string>& paths
) {
    static const std::regex link{R"(\]\(([^)#:]+)(#[^)]*)?\))"};
    std::vector<Finding> findings;
    if (!file.path.ends_with(".md")) return findings;
    const std::string folder = file.path.substr(0, file.path.rfind('/') + 1);
    each_line(file, false, [&](int number, std::string_view line) {
        const std::string text{line};
        for (std::sregex_iterator at{text.begin(), text.end(), link}, end; at != end; ++at) {
            std::string target =
                std::filesystem::path(folder + (*at)[1].str()).lexically_normal().string();
            if (target.ends_with('/')) target.pop_back();
            const bool exists = std::ranges::any_of(paths, [&](const std::string& path) {
                return path == target || path.starts_with(target + "/");
            });
            if (!exists) findings.push_back(finding(file, number, target + " does not exist"));
        }
    });
    return findings;
}

std::vector<Finding> find_unproven_features(const std::vector<SourceFile>& files) {
    // Rows of the README's table: | PC-1 | … | simulator | Kafka | tested | documented |
    static const std::regex row{
        R"(^\| ((?:PC|VP|PS|TS|TP|DC|TK)-[0-9]+) \|.*\| ([a-z–-]+) \| [a-z–-]+ \|$)"};
    std::vector<Finding> findings;
    std::string tests;
    for (const SourceFile& file : files) {
        if (is_source(file.path) && is_test(file.path)) tests += file.text;
        if (file.path.ends_with(".yml")) tests += file.text;
    }
    for (const SourceFile& file : files) {
        if (file.path != "README.md") continue;
        each_line(file, false, [&](int number, std::string_view line) {
            std::cmatch match;
            if (!std::regex_match(line.begin(), line.end(), match, row)) return;
            const std::string id = match[1].str();
            std::string in_name = id;
            std::erase(in_name, '-');
            const bool is_named = tests.find(in_name + "_") != std::string::npos ||
                                  std::regex_search(tests, std::regex{id + "(?![0-9])"});
            if (match[2].str() == "yes" && !is_named) {
                findings.push_back(
                    finding(file, number, id + " is called tested, but no test names it")
                );
            }
        });
    }
    return findings;
}

}  // namespace odradek::tidy
