#include "engine/config/yaml_reader.h"

#include "engine/base/json_text.h"
#include "engine/base/nearest.h"

#include <algorithm>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace odradek {

namespace {

std::uint32_t one_based(int position) {
    return position < 0 ? 0U : static_cast<std::uint32_t>(position) + 1U;
}

/// Copies yaml-cpp's tree; reports names that stand twice in one mapping.
class TreeCopy {
public:
    explicit TreeCopy(ConfigReader& reader) : reader_(reader) {}

    ConfigNode copy(const YAML::Node& source) {
        ConfigNode node;
        node.line = one_based(source.Mark().line);
        node.column = one_based(source.Mark().column);
        if (++values_ > values_max || depth_ == depth_max) {
            // An alias can contain itself, or double what it names again and again.
            if (!is_endless_) reader_.report(node, "too deep or too long; an alias of itself?");
            is_endless_ = true;
        }
        if (is_endless_) return node;
        ++depth_;
        copy_content(source, node);
        --depth_;
        return node;
    }

private:
    static constexpr std::size_t values_max = 1'000'000;
    static constexpr std::size_t depth_max = 64;

    void copy_content(const YAML::Node& source, ConfigNode& node) {
        if (source.IsScalar()) {
            node.kind = ConfigNode::Kind::scalar;
            node.text = source.Scalar();
        } else if (source.IsSequence()) {
            node.kind = ConfigNode::Kind::sequence;
            for (const YAML::Node& item : source) {
                node.items.push_back(copy(item));
                if (is_endless_) return;
            }
        } else if (source.IsMap()) {
            node.kind = ConfigNode::Kind::mapping;
            for (const auto& field : source) {
                add_field(node, copy(field.first), copy(field.second));
                if (is_endless_) return;
            }
        }
    }

    void add_field(ConfigNode& node, ConfigNode name, ConfigNode value) {
        const auto same = [&](const ConfigNode::Field& field) {
            return field.name.text == name.text;
        };
        if (std::ranges::any_of(node.fields, same)) {
            reader_.report(name, "field '" + name.text + "' stands twice");
        }
        node.fields.push_back({std::move(name), std::move(value)});
    }

    ConfigReader& reader_;
    std::size_t values_ = 0;
    std::size_t depth_ = 0;
    bool is_endless_ = false;
};

std::string shown(const ConfigNode& node) {
    switch (node.kind) {
        case ConfigNode::Kind::null:
            return "nothing";
        case ConfigNode::Kind::scalar:
            return "'" + node.text + "'";
        case ConfigNode::Kind::sequence:
            return "a list";
        case ConfigNode::Kind::mapping:
            return "a mapping";
    }
    return "";
}

std::string joined(std::span<const std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) {
        if (!text.empty()) text += ", ";
        text += name;
    }
    return text;
}

class Ignored final : public YAML::EventHandler {
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&)
        override {}
    void OnSequenceStart(
        const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value
    ) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(
        const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value
    ) override {}
    void OnMapEnd() override {}
};

/// 0, 1, or 2 for more. YAML::LoadAll never ends where no document can begin (",z").
int count_documents(const std::string& yaml) {
    std::istringstream text{yaml};
    YAML::Parser parser{text};
    Ignored ignored;
    if (!parser.HandleNextDocument(ignored)) return 0;
    return parser.HandleNextDocument(ignored) ? 2 : 1;
}

}  // namespace

std::expected<ConfigNode, std::vector<ConfigError>> parse_yaml(
    const std::string& yaml, const std::string& file
) {
    ConfigReader reader(file);
    ConfigNode root;
    // yaml-cpp guesses UTF-16 and UTF-32 from the first bytes, and reads some broken texts for
    // ever.
    if (!is_utf8(yaml)) {
        reader.report(root, "not UTF-8 text");
        return std::unexpected(reader.errors());
    }
    // YAML allows no control characters but these, and yaml-cpp takes 0x04 for the end of the text
    // without ever reaching it.
    for (const char each : yaml) {
        const auto byte = static_cast<unsigned char>(each);
        if ((byte >= 0x20 && byte != 0x7F) || each == '\t' || each == '\n' || each == '\r') {
            if (each == '\n') ++root.line;
            continue;
        }
        reader.report(root, "a control character, which no YAML text has");
        return std::unexpected(reader.errors());
    }
    root.line = 0;
    try {
        if (count_documents(yaml) == 1) {
            root = TreeCopy(reader).copy(YAML::Load(yaml));
        } else {
            reader.report(root, "expected one YAML document");
        }
    } catch (const YAML::Exception& error) {
        root.line = one_based(error.mark.line);
        root.column = one_based(error.mark.column);
        reader.report(root, "not YAML: " + error.msg);
    }
    if (!reader.errors().empty()) return std::unexpected(reader.errors());
    return root;
}

ConfigReader::ConfigReader(std::string file) : file_(std::move(file)) {}

void ConfigReader::report(const ConfigNode& at, std::string what, std::string help) {
    errors_.push_back({file_, at.line, at.column, std::move(what), std::move(help)});
}

void ConfigReader::expected_instead(const ConfigNode& node, std::string_view expected) {
    report(node, "expected " + std::string(expected) + ", found " + shown(node));
}

bool ConfigReader::scalar(const ConfigNode& node, std::string_view expected) {
    if (node.kind == ConfigNode::Kind::scalar) return true;
    expected_instead(node, expected);
    return false;
}

bool ConfigReader::read(const ConfigNode& node, std::string& into) {
    if (!scalar(node, "text")) return false;
    into = node.text;
    return true;
}

bool ConfigReader::read(const ConfigNode& node, bool& into) {
    constexpr std::string_view expected = "true or false";
    if (!scalar(node, expected)) return false;
    if (node.text != "true" && node.text != "false") {
        expected_instead(node, expected);
        return false;
    }
    into = node.text == "true";
    return true;
}

bool ConfigReader::read(const ConfigNode& node, Duration& into) {
    const auto parsed = parse_duration(node.text);
    if (parsed) into = *parsed;
    if (!parsed) expected_instead(node, parsed.error());
    return parsed.has_value();
}

bool ConfigReader::read(const ConfigNode& node, Rate& into) {
    const auto parsed = parse_rate(node.text);
    if (parsed) into = *parsed;
    if (!parsed) expected_instead(node, parsed.error());
    return parsed.has_value();
}

bool ConfigReader::read(const ConfigNode& node, Ratio& into) {
    const auto parsed = parse_ratio(node.text);
    if (parsed) into = *parsed;
    if (!parsed) expected_instead(node, parsed.error());
    return parsed.has_value();
}

bool ConfigReader::read_bytes(const ConfigNode& node, std::uint64_t& into) {
    const auto parsed = parse_bytes(node.text);
    if (parsed) into = *parsed;
    if (!parsed) expected_instead(node, parsed.error());
    return parsed.has_value();
}

bool ConfigReader::read_count(const ConfigNode& node, std::uint64_t& into, CountRange range) {
    const auto parsed = parse_count(node.text);
    if (!parsed) {
        expected_instead(node, parsed.error());
        return false;
    }
    if (*parsed < range.min || *parsed > range.max) {
        std::string limits = std::to_string(range.min) + " or more";
        if (range.max != CountRange{}.max) {
            limits = std::to_string(range.min) + " to " + std::to_string(range.max);
        }
        expected_instead(node, limits);
        return false;
    }
    into = *parsed;
    return true;
}

std::size_t ConfigReader::read_choice(
    const ConfigNode& node, std::span<const std::string_view> names
) {
    const std::string expected = "one of " + joined(names);
    if (!scalar(node, expected)) return no_choice;
    const auto found = std::ranges::find(names, node.text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::string near = nearest(node.text, names);
    report(
        node,
        "expected " + expected + ", found " + shown(node),
        near.empty() ? "" : "did you mean '" + near + "'?"
    );
    return no_choice;
}

ConfigMap::ConfigMap(ConfigReader& reader, const ConfigNode& node, std::string path)
    : reader_(reader)
    , node_(node)
    , path_(std::move(path)) {
    if (node.kind != ConfigNode::Kind::mapping) {
        reader_.expected_instead(node, "a mapping" + (path_.empty() ? "" : " for " + path_));
    }
}

std::string ConfigMap::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

const ConfigNode* ConfigMap::find(std::string_view name) {
    asked_.emplace_back(name);
    reader_.known_paths_.insert(path_of(name));
    const auto found = std::ranges::find_if(node_.fields, [&](const ConfigNode::Field& field) {
        return field.name.text == name;
    });
    return found == node_.fields.end() ? nullptr : &found->value;
}

const ConfigNode* ConfigMap::require(std::string_view name) {
    const ConfigNode* found = find(name);
    if (found == nullptr && node_.kind == ConfigNode::Kind::mapping) {
        reader_.report(node_, "field '" + path_of(name) + "' is missing");
    }
    return found;
}

void ConfigMap::finish() {
    const std::vector<std::string_view> names(asked_.begin(), asked_.end());
    for (const ConfigNode::Field& field : node_.fields) {
        if (std::ranges::find(names, field.name.text) != names.end()) continue;
        const std::string near = nearest(field.name.text, names);
        reader_.report(
            field.name,
            "unknown field '" + path_of(field.name.text) + "'",
            near.empty() ? "known here: " + joined(names) : "did you mean '" + near + "'?"
        );
    }
}

}  // namespace odradek
