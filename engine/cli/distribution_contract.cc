#include "engine/cli/distribution_contract.h"

#include "engine/config/yaml_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace odradek {

std::expected<double, std::string> parse_share(const std::string& text) {
    std::string_view digits = text;
    const bool is_percent = digits.ends_with('%');
    if (is_percent) digits.remove_suffix(1);
    double number = 0;
    const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), number);
    if (error == std::errc{} && stop == digits.end()) {
        if (is_percent) number /= 100;
        if (number >= 0 && number <= 1) return number;
    }
    return std::unexpected(fmt::format("\"{}\" is no share: write 90% or 0.9", text));
}

namespace {

constexpr std::array<std::string_view, 20> settings{
    "keys",
    "column",
    "weight",
    "partition_column",
    "input_format",
    "header",
    "delimiter",
    "null",
    "exact_keys",
    "partitions",
    "partitioner",
    "other_partitioner",
    "virtual_partitions",
    "reducer",
    "segments",
    "segment_reducer",
    "concurrency",
    "what_if",
    "baseline",
    "seed"};
constexpr std::array<std::string_view, 6> gates{
    "max_over_mean", "min_lanes_used", "min_speedup", "max_hot_key", "min_agreement", "max_drift"};
constexpr std::array<std::string_view, 3> topic_settings{"name", "partitions", "partitioner"};

/// Turns a contract's fields into words of a command line, and keeps what is wrong with them.
class ContractReader {
public:
    explicit ContractReader(const std::string& file)
        : reader_(file)
        , folder_(std::filesystem::path(file).parent_path()) {}

    void read(const ConfigNode& root) {
        ConfigMap map(reader_, root, "");
        if (const ConfigNode* topic = map.find("topic"); topic != nullptr) read_topic(*topic);
        add_all(map, settings);
        if (const ConfigNode* node = map.find("gates"); node != nullptr) {
            ConfigMap inner(reader_, *node, "gates");
            add_all(inner, gates);
            inner.finish();
        }
        map.finish();
    }

    [[nodiscard]] const std::vector<ConfigError>& errors() const { return reader_.errors(); }
    std::vector<std::string> take_words() { return std::move(words_); }

private:
    /// A name, or the mapping that a deployment file has; partitioner and partitions count here.
    void read_topic(const ConfigNode& node) {
        if (node.kind != ConfigNode::Kind::mapping) return;
        ConfigMap map(reader_, node, "topic");
        std::string name;
        map.read(topic_settings[0], name);
        add_all(map, std::span{topic_settings}.subspan(1));
        map.finish();
    }

    void add_all(ConfigMap& map, std::span<const std::string_view> names) {
        for (const std::string_view name : names) {
            if (const ConfigNode* node = map.find(name); node != nullptr) add(name, *node);
        }
    }

    void add(std::string_view name, const ConfigNode& node) {
        std::string option = fmt::format("--{}", name);
        std::ranges::replace(option, '_', '-');
        words_.push_back(std::move(option));
        const bool is_file = name == "keys" || name == "baseline";
        const bool is_list = node.kind == ConfigNode::Kind::sequence && name == "what_if";
        for (const ConfigNode& item : is_list ? node.items : std::vector{node}) {
            std::string word;
            if (!reader_.read(item, word)) continue;
            const bool is_beside = is_file && word != "-";
            words_.push_back(is_beside ? (folder_ / word).string() : std::move(word));
        }
    }

    ConfigReader reader_;
    std::filesystem::path folder_;
    std::vector<std::string> words_;
};

}  // namespace

std::expected<std::vector<std::string>, std::vector<ConfigError>> contract_arguments(
    const std::string& yaml, const std::string& file
) {
    const auto root = parse_yaml(yaml, file);
    if (!root) return std::unexpected(root.error());
    ContractReader contract{file};
    contract.read(*root);
    if (!contract.errors().empty()) return std::unexpected(contract.errors());
    return contract.take_words();
}

std::expected<std::vector<std::string>, std::vector<ConfigError>> contract_of(
    std::span<const std::string> arguments
) {
    std::string path;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        if (arguments[at] == "--contract" && at + 1 < arguments.size()) path = arguments[at + 1];
        if (arguments[at].starts_with("--contract=")) path = arguments[at].substr(11);
    }
    if (path.empty()) return std::vector<std::string>{};
    const std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) {
        return std::unexpected(std::vector{
            ConfigError{.file = path, .what = "cannot be read", .help = "check the path"}});
    }
    auto words = contract_arguments(text.str(), path);
    if (words && std::ranges::find(arguments, "--topic") != arguments.end()) {
        const auto keys = std::ranges::find(*words, "--keys");
        if (keys != words->end()) words->erase(keys, keys + 2);
    }
    return words;
}

}  // namespace odradek
