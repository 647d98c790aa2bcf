#include "reports/deployment.h"

#include "engine/config/engine_options.h"
#include "engine/config/yaml_reader.h"
#include "scenarios/handler_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace odradek::reports {

namespace {

using Mistakes = std::vector<ConfigError>;

constexpr std::array<std::string_view, 1> partitioner_names{"murmur2"};

/// A decimal number ≥ 0 such as 1.5.
bool read_number(ConfigReader& reader, const ConfigNode& node, std::optional<double>& into) {
    double value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [stopped, error] = std::from_chars(node.text.data(), end, value);
    if (node.text.empty() || error != std::errc{} || stopped != end || !(value >= 0)) {
        reader.report(node, "expected a number such as 1.5, found '" + node.text + "'");
        return false;
    }
    into = value;
    return true;
}

void read_topic(ConfigReader& reader, const ConfigNode& node, Deployment& into) {
    ConfigMap map(reader, node, "topic");
    map.read("name", into.topic);
    map.read_count("partitions", into.partitions, {.min = 1, .max = 10'000});
    if (const ConfigNode* partitioner = map.find("partitioner")) {
        const std::size_t choice = reader.read_choice(*partitioner, partitioner_names);
        if (choice != no_choice) into.partitioner = partitioner_names[choice];
    }
    map.finish();
}

void read_keys(
    ConfigReader& reader,
    const ConfigNode& node,
    const std::filesystem::path& folder,
    Deployment& into
) {
    ConfigMap map(reader, node, "keys");
    std::string csv;
    if (map.require("csv") != nullptr && map.read("csv", csv)) into.keys_csv = folder / csv;
    map.read("column", into.key_column);
    map.read("weight", into.weight_column);
    map.finish();
}

void read_chaos(ConfigReader& reader, const ConfigNode& node, Deployment& into) {
    ConfigMap map(reader, node, "chaos");
    map.read("scenarios", into.chaos_scenarios);
    map.read_count("seeds", into.chaos_seeds, {.min = 1, .max = 1'000'000});
    map.finish();
}

void read_gates(ConfigReader& reader, const ConfigNode& node, Gates& into) {
    ConfigMap map(reader, node, "gates");
    if (const ConfigNode* gate = map.find("max_over_mean")) {
        read_number(reader, *gate, into.max_over_mean);
    }
    if (const ConfigNode* gate = map.find("min_speedup")) {
        read_number(reader, *gate, into.min_speedup);
    }
    map.read_count("invariants_broken", into.invariants_broken);
    Rate rate;
    if (map.read("min_throughput", rate)) into.min_throughput = rate;
    Ratio ratio;
    if (map.read("max_replayed", ratio)) into.max_replayed = ratio;
    map.finish();
}

std::expected<std::string, Mistakes> text_of(const std::filesystem::path& path) {
    errno = 0;
    std::ifstream input(path, std::ios::binary);
    std::ostringstream text;
    if (input) text << input.rdbuf();
    if (input) return text.str();
    return std::unexpected(Mistakes{
        {.file = path.string(), .what = "cannot be read", .help = std::strerror(errno)}});
}

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream input(line);
    for (std::string cell; std::getline(input, cell, ',');) {
        if (!cell.empty() && cell.back() == '\r') cell.pop_back();
        cells.push_back(cell);
    }
    return cells;
}

/// Reads the lines of a CSV file once its header is known.
class KeyTable {
public:
    KeyTable(const Deployment& deployment, const std::string& text)
        : file_(deployment.keys_csv.string())
        , lines_(text) {
        std::string header;
        std::getline(lines_, header);
        const std::vector<std::string> columns = split(header);
        if (!deployment.key_column.empty()) key_ = column(columns, deployment.key_column);
        has_weight_ = !deployment.weight_column.empty();
        if (has_weight_) weight_ = column(columns, deployment.weight_column);
    }

    std::expected<std::vector<scenarios::KeyLaw::WeightedKey>, Mistakes> read() {
        std::vector<scenarios::KeyLaw::WeightedKey> keys;
        std::uint32_t number = 1;
        for (std::string line; mistakes_.empty() && std::getline(lines_, line);) {
            ++number;
            if (!line.empty()) take(split(line), number, keys);
        }
        if (mistakes_.empty() && keys.empty()) report(1, "holds no keys");
        if (!mistakes_.empty()) return std::unexpected(mistakes_);
        return keys;
    }

private:
    void report(std::uint32_t line, std::string what, std::string help = {}) {
        mistakes_.push_back({file_, line, 1, std::move(what), std::move(help)});
    }

    std::size_t column(const std::vector<std::string>& columns, const std::string& name) {
        const auto found = std::ranges::find(columns, name);
        if (found == columns.end()) report(1, "has no column '" + name + "'");
        return static_cast<std::size_t>(found - columns.begin());
    }

    void take(
        const std::vector<std::string>& cells,
        std::uint32_t number,
        std::vector<scenarios::KeyLaw::WeightedKey>& keys
    ) {
        if (std::max(key_, has_weight_ ? weight_ : 0) >= cells.size()) {
            return report(number, "has too few columns");
        }
        scenarios::KeyLaw::WeightedKey key{.key = cells[key_]};
        if (has_weight_) {
            const auto weight = parse_count(cells[weight_]);
            if (!weight) return report(number, "expected " + weight.error() + " as the weight");
            key.weight = *weight;
        }
        if (key.weight > 0) keys.push_back(std::move(key));
    }

    std::string file_;
    std::istringstream lines_;
    std::size_t key_ = 0;
    std::size_t weight_ = 0;
    bool has_weight_ = false;
    Mistakes mistakes_;
};

}  // namespace

std::expected<Deployment, std::vector<ConfigError>> load_deployment(
    const std::filesystem::path& path
) {
    const auto text = text_of(path);
    if (!text) return std::unexpected(text.error());
    const auto root = parse_yaml(*text, path.string());
    if (!root) return std::unexpected(root.error());
    ConfigReader reader(path.string());
    Deployment into;
    ConfigMap map(reader, *root, "");
    if (map.require("deployment") != nullptr) map.read("deployment", into.name);
    if (const ConfigNode* node = map.find("topic")) read_topic(reader, *node, into);
    if (const ConfigNode* node = map.find("keys")) {
        read_keys(reader, *node, path.parent_path(), into);
    }
    if (const ConfigNode* node = map.find("engine")) {
        read_engine_options(reader, *node, "engine", into.engine);
    }
    if (const ConfigNode* node = map.find("handler")) {
        scenarios::read_handler(reader, *node, "handler", into.handler);
    }
    map.read("arrivals", into.arrivals);
    map.read_count("members", into.members, {.min = 1, .max = 1000});
    if (const ConfigNode* node = map.find("chaos")) read_chaos(reader, *node, into);
    if (const ConfigNode* node = map.find("gates")) read_gates(reader, *node, into.gates);
    map.finish();
    if (!reader.errors().empty()) return std::unexpected(reader.errors());
    return into;
}

std::expected<std::vector<scenarios::KeyLaw::WeightedKey>, std::vector<ConfigError>> load_keys(
    const Deployment& deployment
) {
    const auto text = text_of(deployment.keys_csv);
    if (!text) return std::unexpected(text.error());
    return KeyTable(deployment, *text).read();
}

}  // namespace odradek::reports
