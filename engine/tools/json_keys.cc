#include "engine/tools/json_keys.h"

#include "engine/base/json_text.h"
#include "engine/tools/readable_key.h"

#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace odradek {

namespace {

using Json = nlohmann::json;

/// The value at `path` ("user.id"; a field of that very name wins), nullptr when there is none.
const Json* at_path(const Json& object, std::string_view path) {
    if (!object.is_object()) return nullptr;
    if (const auto found = object.find(path); found != object.end()) return &*found;
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto inner = object.find(path.substr(0, dot));
    return inner == object.end() ? nullptr : at_path(*inner, path.substr(dot + 1));
}

/// The key's bytes as `value` says them; nothing when it is no key.
std::optional<std::string> key_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.dump();
    if (value.is_object() && value.size() == 1) {
        const auto packed = value.find("base64");
        if (packed != value.end() && packed->is_string()) {
            return from_base64(packed->get<std::string>());
        }
    }
    return std::nullopt;
}

/// The library's sentence without its error code and its own line number.
std::string reason_of(const Json::parse_error& error) {
    const std::string_view text = error.what();
    const std::size_t colon = text.find(": ");
    return std::string(colon == std::string_view::npos ? text : text.substr(colon + 2));
}

std::string excerpt(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 40);
}

std::optional<std::uint64_t> number_at(
    const Json& object, const std::string& field, std::uint64_t most
) {
    const Json* const found = at_path(object, field);
    if (found == nullptr || !found->is_number_unsigned()) return std::nullopt;
    const auto number = found->get<std::uint64_t>();
    return number <= most ? std::optional{number} : std::nullopt;
}

std::string number_mistake(const Json& object, const std::string& field) {
    const Json* const found = at_path(object, field);
    return fmt::format(
        "\"{}\" is {}: expected a whole number, 0 or more",
        field,
        found == nullptr ? "missing" : excerpt(*found)
    );
}

}  // namespace

JsonKeys::JsonKeys(TextWindow window, KeySourceOptions options)
    : options_(std::move(options))
    , lines_(std::move(window), options_.path, "expected one JSON object a line") {
    if (options_.key_column.empty()) options_.key_column = "key";
}

std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> JsonKeys::open(
    TextWindow window, const KeySourceOptions& options
) {
    return std::unique_ptr<KeySource>(new JsonKeys{std::move(window), options});
}

std::string JsonKeys::description() const {
    return fmt::format("JSON lines, key in field \"{}\"", options_.key_column);
}

std::span<const KeyRecord> JsonKeys::next() {
    batch_.clear();
    keys_.clear();
    while (batch_.size() < batch_max) {  // its keys are copies, so the window may move
        const auto line = lines_.next(TextLines::Refill::allowed);
        if (!line) break;
        if (line->find_first_not_of(" \t") != std::string_view::npos) take_line(*line);
    }
    if (batch_.empty() && rows_ == 0 && mistakes().count() == 0) lines_.add_only_blank_lines();
    return batch_;
}

void JsonKeys::take_line(std::string_view text) {
    ++rows_;
    Json object;
    try {
        object = Json::parse(text);
    } catch (const Json::parse_error& error) {
        lines_.add_mistake(
            error.byte,
            "this is no JSON: " + reason_of(error),
            "expected one object a line, such as {\"key\":\"user-1\"}"
        );
        return;
    }
    const Json* const value = at_path(object, options_.key_column);
    if (value == nullptr) {
        lines_.add_mistake(
            1,
            fmt::format("there is no field \"{}\" in this object", options_.key_column),
            "name the key's field with --column; null stands for a record without key"
        );
        return;
    }
    KeyRecord record;
    record.has_key = !value->is_null();
    if (record.has_key) {
        std::optional<std::string> bytes = key_of(*value);
        if (!bytes) {
            lines_.add_mistake(
                1,
                fmt::format(
                    "the key is {}: expected text, a whole number or null", excerpt(*value)
                ),
                "write binary keys as {\"base64\":\"…\"}"
            );
            return;
        }
        if (options_.null_text && *bytes == *options_.null_text) record.has_key = false;
        if (record.has_key) record.key = keys_.emplace_back(std::move(*bytes));
    }
    if (!options_.weight_column.empty()) {
        const auto weight = number_at(object, options_.weight_column, 1ULL << 53U);
        if (!weight) {
            return lines_.add_mistake(
                1,
                number_mistake(object, options_.weight_column),
                "weigh in small whole units: records, bytes, microseconds"
            );
        }
        record.weight = *weight;
    }
    if (!options_.partition_column.empty()) {
        constexpr auto most = std::uint64_t{std::numeric_limits<std::int32_t>::max()};
        const auto partition = number_at(object, options_.partition_column, most);
        if (!partition) {
            return lines_.add_mistake(
                1,
                number_mistake(object, options_.partition_column),
                "partitions are numbered from 0"
            );
        }
        record.partition = static_cast<std::int32_t>(*partition);
    }
    batch_.push_back(record);
}

}  // namespace odradek
