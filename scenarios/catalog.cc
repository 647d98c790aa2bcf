#include "scenarios/catalog.h"

#include "engine/base/nearest.h"
#include "engine/config/yaml_reader.h"
#include "scenarios/scenario_file.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

namespace odradek::scenarios {

namespace {

namespace fs = std::filesystem;
using Mistakes = std::vector<ConfigError>;
using Paths = std::vector<fs::path>;

constexpr std::string_view swarm_prefix = "swarm:";

/// Named lists of scenarios: sets.yml of the catalogue.
using Sets = std::map<std::string, std::vector<std::string>>;

bool is_scenario_file(const fs::path& path) {
    return path.extension() == ".yml" || path.extension() == ".yaml";
}

/// Every scenario file of the catalogue by "group/name".
std::map<std::string, fs::path> all_files(const fs::path& catalog) {
    std::map<std::string, fs::path> files;
    std::error_code failed;
    for (const auto& entry : fs::recursive_directory_iterator(catalog, failed)) {
        const fs::path& path = entry.path();
        if (!is_scenario_file(path) || path.parent_path() == catalog) continue;
        const std::string group = path.parent_path().filename().string();
        files.emplace(group + "/" + path.stem().string(), path);
    }
    return files;
}

std::expected<Sets, Mistakes> read_sets(const fs::path& catalog) {
    const fs::path path = catalog / "sets.yml";
    std::ifstream input(path);
    if (!input) return Sets{};
    std::ostringstream text;
    text << input.rdbuf();
    const auto root = parse_yaml(text.str(), path.string());
    if (!root) return std::unexpected(root.error());
    ConfigReader reader(path.string());
    Sets sets;
    for (const ConfigNode::Field& field : root->fields) {
        for (const ConfigNode& item : field.value.items) {
            std::string name;
            if (reader.read(item, name)) sets[field.name.text].push_back(name);
        }
    }
    if (!reader.errors().empty()) return std::unexpected(reader.errors());
    return sets;
}

bool means(const std::string& word, const std::string& full) {
    const std::size_t slash = full.find('/');
    return word == "all" || word == full || word == full.substr(0, slash) ||
           word == full.substr(slash + 1);
}

Paths files_of(const std::map<std::string, fs::path>& files, const std::string& word) {
    Paths paths;
    for (const auto& [full, path] : files) {
        if (means(word, full)) paths.push_back(path);
    }
    return paths;
}

Mistakes unknown_word(
    const std::map<std::string, fs::path>& files, const Sets& sets, const std::string& word
) {
    std::vector<std::string> known{"all"};
    for (const auto& [name, members] : sets) {
        known.push_back(name);
    }
    for (const auto& [full, path] : files) {
        known.push_back(full);
        known.push_back(path.stem().string());
        known.push_back(path.parent_path().filename().string());
    }
    const std::vector<std::string_view> names(known.begin(), known.end());
    const std::string near = nearest(word, names);
    return {
        {.file = word,
         .what = "no scenario, group or set is called so",
         .help = near.empty() ? "odradek chaos list shows them" : "did you mean '" + near + "'?"}};
}

bool is_inside(const fs::path& path, const fs::path& catalog) {
    std::error_code failed;
    const fs::path folder = fs::weakly_canonical(path, failed).parent_path().parent_path();
    return !catalog.empty() && folder == fs::weakly_canonical(catalog, failed);
}

fs::path own_program() {
    std::error_code failed;
    return fs::read_symlink("/proc/self/exe", failed);
}

}  // namespace

std::filesystem::path catalog_folder() {
    const auto is_catalog = [](const fs::path& path) {
        std::error_code failed;
        return fs::is_directory(path, failed);
    };
    for (const fs::path& start : {own_program().parent_path(), fs::current_path()}) {
        for (fs::path folder = start; folder.has_relative_path(); folder = folder.parent_path()) {
            for (const char* place : {"scenarios/catalog", "share/odradek/catalog"}) {
                if (is_catalog(folder / place)) return folder / place;
            }
        }
    }
    return {};
}

std::expected<std::vector<std::filesystem::path>, std::vector<ConfigError>> resolve_scenarios(
    const std::filesystem::path& catalog, const std::string& word
) {
    if (is_scenario_file(word)) return Paths{word};
    const auto sets = read_sets(catalog);
    if (!sets) return std::unexpected(sets.error());
    const std::map<std::string, fs::path> files = all_files(catalog);
    Paths paths;
    const auto set = sets->find(word);
    if (set == sets->end()) {
        paths = files_of(files, word);
        if (paths.empty()) return std::unexpected(unknown_word(files, *sets, word));
        return paths;
    }
    for (const std::string& name : set->second) {
        const Paths found = files_of(files, name);
        if (found.empty()) return std::unexpected(unknown_word(files, *sets, name));
        paths.insert(paths.end(), found.begin(), found.end());
    }
    return paths;
}

std::expected<std::vector<Scenario>, std::vector<ConfigError>> load_scenarios(
    std::span<const std::string> words, const fs::path& catalog
) {
    struct Wanted {
        fs::path path;
        bool swarm = false;

        bool operator==(const Wanted&) const = default;
    };
    std::vector<Wanted> files;
    Mistakes mistakes;
    for (const std::string& word : words) {
        const bool swarm = word.starts_with(swarm_prefix);
        auto found = resolve_scenarios(catalog, swarm ? word.substr(swarm_prefix.size()) : word);
        if (!found) {
            mistakes.insert(mistakes.end(), found.error().begin(), found.error().end());
            continue;
        }
        for (const fs::path& path : *found) {
            const Wanted wanted{path, swarm};
            if (std::ranges::find(files, wanted) == files.end()) files.push_back(wanted);
        }
    }
    std::vector<Scenario> scenarios;
    for (const auto& [path, swarm] : files) {
        auto scenario = load_scenario(path);
        if (!scenario) {
            mistakes.insert(mistakes.end(), scenario.error().begin(), scenario.error().end());
            continue;
        }
        if (!is_inside(path, catalog)) scenario->word = path.string();
        scenario->swarm = swarm;
        scenarios.push_back(std::move(*scenario));
    }
    if (!mistakes.empty()) return std::unexpected(mistakes);
    return scenarios;
}

std::string full_name(const Scenario& scenario) {
    std::string name = scenario.swarm ? std::string(swarm_prefix) : "";
    if (!scenario.word.empty()) return name + scenario.word;
    if (!scenario.group.empty()) name += scenario.group + "/";
    return name + scenario.name;
}

}  // namespace odradek::scenarios
