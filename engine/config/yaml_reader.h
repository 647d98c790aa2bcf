#pragma once

#include "odradek/clock.h"

#include "engine/config/config_error.h"
#include "engine/config/units.h"

#include <cstdint>
#include <expected>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// A YAML value and where it stands. Plain data: yaml-cpp stays in yaml_reader.cc.
struct ConfigNode {
    enum class Kind : unsigned char { null, scalar, sequence, mapping };

    struct Field;

    Kind kind = Kind::null;
    std::string text;  ///< of a scalar
    std::vector<ConfigNode> items;
    std::vector<Field> fields;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct ConfigNode::Field {
    ConfigNode name;
    ConfigNode value;
};

/// The one document in `yaml`; `file` is its name for messages. Error: not YAML, or a name twice.
[[nodiscard]] std::expected<ConfigNode, std::vector<ConfigError>> parse_yaml(
    const std::string& yaml, const std::string& file
);

struct CountRange {
    std::uint64_t min = 0;
    std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
};

/// Reads typed values and collects every mistake. A `read` that fails reports, leaves the target
/// as it is and returns false.
class ConfigReader {
public:
    explicit ConfigReader(std::string file);

    void report(const ConfigNode& at, std::string what, std::string help = {});

    bool read(const ConfigNode& node, std::string& into);
    bool read(const ConfigNode& node, bool& into);
    bool read(const ConfigNode& node, Duration& into);
    bool read(const ConfigNode& node, Rate& into);
    bool read(const ConfigNode& node, Ratio& into);
    bool read_bytes(const ConfigNode& node, std::uint64_t& into);
    bool read_count(const ConfigNode& node, std::uint64_t& into, CountRange range = {});

    /// One of `names`; returns its index, or nothing after reporting the nearest.
    std::size_t read_choice(const ConfigNode& node, std::span<const std::string_view> names);

    [[nodiscard]] const std::vector<ConfigError>& errors() const { return errors_; }

    /// Paths of all fields that were asked for: the reference is tested against them.
    [[nodiscard]] const std::set<std::string>& known_paths() const { return known_paths_; }

private:
    friend class ConfigMap;

    bool scalar(const ConfigNode& node, std::string_view expected);
    void expected_instead(const ConfigNode& node, std::string_view expected);

    std::string file_;
    std::vector<ConfigError> errors_;
    std::set<std::string> known_paths_;
};

/// `read_choice` found none.
inline constexpr std::size_t no_choice = std::numeric_limits<std::size_t>::max();

/// One mapping while it is read: each field by name, then finish() for those nobody asked for.
class ConfigMap {
public:
    /// `path` is the dotted name of the mapping ("engine.retry"); empty for the document.
    ConfigMap(ConfigReader& reader, const ConfigNode& node, std::string path);

    /// The value of a field; null when it is absent.
    [[nodiscard]] const ConfigNode* find(std::string_view name);

    /// As find(), and reports its absence.
    [[nodiscard]] const ConfigNode* require(std::string_view name);

    /// Reads a field that may be absent; true when it was there and right.
    template <typename Value>
    bool read(std::string_view name, Value& into) {
        const ConfigNode* node = find(name);
        return node != nullptr && reader_.read(*node, into);
    }

    template <typename Count>
    bool read_count(std::string_view name, Count& into, CountRange range = {}) {
        const ConfigNode* node = find(name);
        std::uint64_t value = 0;
        if (node == nullptr || !reader_.read_count(*node, value, range)) return false;
        into = static_cast<Count>(value);
        return true;
    }

    /// Reports every field that was not asked for, with the nearest name that was.
    void finish();

    [[nodiscard]] ConfigReader& reader() { return reader_; }
    [[nodiscard]] std::string path_of(std::string_view name) const;

private:
    ConfigReader& reader_;
    const ConfigNode& node_;
    std::string path_;
    std::vector<std::string> asked_;
};

}  // namespace odradek
