#include "engine/cli/distribution_contract.h"

#include "engine/cli/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

std::expected<std::vector<std::string>, std::string> contract_arguments(std::string_view json) {
    using Json = nlohmann::json;
    constexpr std::array<std::string_view, 26> known{
        "keys",
        "column",
        "weight",
        "partition_column",
        "input_format",
        "header",
        "delimiter",
        "null",
        "partitions",
        "partitioner",
        "other_partitioner",
        "virtual_partitions",
        "reducer",
        "segments",
        "segment_reducer",
        "concurrency",
        "what_if",
        "max_over_mean",
        "min_lanes_used",
        "min_speedup",
        "max_hot_key",
        "min_agreement",
        "max_drift",
        "baseline",
        "gates",
        "topic"};
    Json contract;
    try {
        contract = Json::parse(json);
    } catch (const Json::parse_error& error) {
        return std::unexpected(fmt::format("byte {}: this is no JSON", error.byte));
    }
    if (!contract.is_object()) return std::unexpected("expected a JSON object of options");
    std::vector<std::string> words;
    std::vector<std::pair<std::string, Json>> fields;
    for (const auto& [name, value] : contract.items()) {
        if (name == "gates" && value.is_object()) {
            for (const auto& [gate, limit] : value.items()) {
                fields.emplace_back(gate, limit);
            }
        } else {
            fields.emplace_back(name, value);
        }
    }
    for (const auto& [name, value] : fields) {
        if (std::ranges::find(known, name) == known.end()) {
            const std::string near = nearest(name, known);
            return std::unexpected(fmt::format(
                "unknown field \"{}\"{}",
                name,
                near.empty() ? "" : fmt::format(", did you mean \"{}\"?", near)
            ));
        }
        if (name == "topic") continue;  // names the topic that the contract is for
        std::string option = "--" + name;
        std::ranges::replace(option, '_', '-');
        words.push_back(std::move(option));
        const Json list = value.is_array() ? value : Json::array({value});
        for (const Json& word : list) {
            words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
        }
    }
    return words;
}

}  // namespace odradek
