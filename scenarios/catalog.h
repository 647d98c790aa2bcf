#pragma once

#include "engine/config/config_error.h"
#include "scenarios/scenario.h"

#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// The folder of the scenario files: `scenarios/catalog` of the checkout that this program was
/// built in, or `share/odradek/catalog` beside an installed one. Empty when there is none.
[[nodiscard]] std::filesystem::path catalog_folder();

/// Files that `word` means: a path ending in .yml or .yaml; `standard` or another name of sets.yml;
/// `all`; a group; `group/name`; or a name alone. Sorted. Error: nothing is called so, with the
/// nearest name.
[[nodiscard]] std::expected<std::vector<std::filesystem::path>, std::vector<ConfigError>>
resolve_scenarios(const std::filesystem::path& catalog, const std::string& word);

/// The scenarios of all `words`, each file once, in the order of the words; all mistakes of all
/// files. A word that begins with `swarm:` means them as swarm.h draws them.
[[nodiscard]] std::expected<std::vector<Scenario>, std::vector<ConfigError>> load_scenarios(
    std::span<const std::string> words, const std::filesystem::path& catalog = catalog_folder()
);

/// What commands call it: "ordering/key-order-under-retries", or the path of a file that is not in
/// the catalogue.
[[nodiscard]] std::string full_name(const Scenario& scenario);

}  // namespace odradek::scenarios
