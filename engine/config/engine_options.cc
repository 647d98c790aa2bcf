#include "engine/config/engine_options.h"

#include "odradek/partitioner.h"

#include <array>
#include <charconv>
#include <limits>
#include <vector>

namespace odradek {

namespace {

constexpr std::array<std::string_view, 4> ordering_names{
    "unordered", "partition", "key", "virtual_partition"};
constexpr std::array<std::string_view, 2> null_key_names{"one_lane", "unordered"};
constexpr std::array<std::string_view, 3> after_last_names{"stop", "skip", "dead_letter"};
constexpr std::array<std::string_view, 3> map_format_names{"odradek", "confluent", "none"};
constexpr std::array<std::string_view, 2> unreadable_names{"ignore", "fail"};
constexpr std::array<std::string_view, 2> buffer_size_names{"fixed", "self_tuning"};
constexpr std::array<std::string_view, 4> partition_by_names{"key", "header", "value", "random"};
constexpr std::array<std::string_view, 1> commit_mode_names{"periodic_async"};
constexpr std::array<std::string_view, 2> mismatch_names{"fail", "replace"};

template <typename Enum>
void read_enum(
    ConfigReader& reader,
    const ConfigNode& node,
    std::span<const std::string_view> names,
    Enum& into
) {
    const std::size_t index = reader.read_choice(node, names);
    if (index != no_choice) into = static_cast<Enum>(index);
}

template <typename Enum>
std::string text_of(std::span<const std::string_view> names, Enum value) {
    return std::string(names[static_cast<std::size_t>(value)]);
}

template <typename Count>
void read_count(ConfigReader& reader, const ConfigNode& node, CountRange range, Count& into) {
    std::uint64_t value = 0;
    if (reader.read_count(node, value, range)) into = static_cast<Count>(value);
}

void read_positive(ConfigReader& reader, const ConfigNode& node, Duration& into) {
    Duration value{};
    if (!reader.read(node, value)) return;
    if (value > Duration{}) {
        into = value;
    } else {
        reader.report(node, "expected a duration above zero, found '" + node.text + "'");
    }
}

void read_reducer(ConfigReader& reader, const ConfigNode& node, std::string& into) {
    std::vector<std::string_view> names;
    for (const BuiltInReducer& row : built_in_reducers()) {
        names.push_back(row.name);
    }
    const std::size_t index = reader.read_choice(node, names);
    if (index != no_choice) into = names[index];
}

void read_settings(
    ConfigReader& reader, const ConfigNode& node, std::map<std::string, std::string>& into
) {
    if (node.kind != ConfigNode::Kind::mapping) {
        reader.report(node, "expected a mapping of settings, such as {virtual_partitions: 10}");
        return;
    }
    for (const ConfigNode::Field& field : node.fields) {
        std::string value;
        if (reader.read(field.value, value)) into[field.name.text] = value;
    }
}

std::string text_of(const std::map<std::string, std::string>& settings) {
    std::string text = "{";
    for (const auto& [name, value] : settings) {
        text += (text.size() > 1 ? ", " : "") + name + ": '" + value + "'";
    }
    return text + "}";
}

void read_fingerprint(
    ConfigReader& reader, const ConfigNode& node, std::optional<std::uint32_t>& into
) {
    std::string text;
    if (!reader.read(node, text)) return;
    if (text == "none") return into.reset();
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.size() == 8 && error == std::errc{} && end == text.data() + text.size()) {
        into = value;
    } else {
        reader.report(node, "expected a fingerprint of 8 hexadecimal digits, found '" + text + "'");
    }
}

std::string hex_of(std::optional<std::uint32_t> fingerprint) {
    if (!fingerprint) return "none";
    std::string text(8, '0');
    for (std::size_t at = 0; at < text.size(); ++at) {
        text[7 - at] = "0123456789abcdef"[(*fingerprint >> (4 * at)) & 0xFU];
    }
    return "'" + text + "'";
}

constexpr CountRange at_least_one{.min = 1};
constexpr std::uint64_t uint32_max = std::numeric_limits<std::uint32_t>::max();

using Reader = ConfigReader;
using Node = ConfigNode;
using Options = EngineOptions;

constexpr std::array rows{
    EngineOptionRow{
        "ordering",
        "",
        "unordered, partition, key, virtual_partition",
        "what runs one at a time, in offset order",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, ordering_names, to.ordering);
        },
        [](const Options& from) { return text_of(ordering_names, from.ordering); }},
    EngineOptionRow{
        "null_keys",
        "",
        "one_lane, unordered",
        "where records without a key go under `ordering: key`",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, null_key_names, to.null_keys);
        },
        [](const Options& from) { return text_of(null_key_names, from.null_keys); }},
    EngineOptionRow{
        "concurrency_max",
        "max_concurrency",
        "handlers, 1 to 1000000",
        "handlers that run at once",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.min = 1, .max = 1'000'000}, to.concurrency_max);
        },
        [](const Options& from) { return std::to_string(from.concurrency_max); }},
    EngineOptionRow{
        "run_max",
        "",
        "records, 1 or more",
        "most records of one lane that are handed over together",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.min = 1, .max = uint32_max}, to.run_max);
        },
        [](const Options& from) { return std::to_string(from.run_max); }},
    EngineOptionRow{
        "batch_size",
        "",
        "records, 1 or more",
        "most records of one partition in one call of the handler",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.min = 1, .max = uint32_max}, to.batch_size);
        },
        [](const Options& from) { return std::to_string(from.batch_size); }},
    EngineOptionRow{
        "batch_latency",
        "",
        "duration, 0 or more",
        "how long a record that could run waits for its batch to fill",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.batch_latency); },
        [](const Options& from) { return to_text(from.batch_latency); }},
    EngineOptionRow{
        "revoke_wait_max",
        "",
        "duration, 0 or more",
        "how long a revoke waits for handlers before it commits without them",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.revoke_wait_max); },
        [](const Options& from) { return to_text(from.revoke_wait_max); }},
    EngineOptionRow{
        "hash_salt",
        "",
        "integer",
        "salt of the lane hash",
        [](Reader& in, const Node& at, Options& to) { read_count(in, at, {}, to.hash_salt); },
        [](const Options& from) { return std::to_string(from.hash_salt); }},
    EngineOptionRow{
        "virtual_partitions.max_partitions",
        "",
        "lanes, 0 to 1000000; 0 = as concurrency_max",
        "lanes of each partition under `ordering: virtual_partition`",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.max = 1'000'000}, to.virtual_partitions.max_partitions);
        },
        [](const Options& from) { return std::to_string(from.virtual_partitions.max_partitions); }},
    EngineOptionRow{
        "virtual_partitions.partitioner",
        "",
        "key, header, value, random",
        "what of a record decides its lane",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, partition_by_names, to.virtual_partitions.partitioner);
        },
        [](const Options& from) {
            return text_of(partition_by_names, from.virtual_partitions.partitioner);
        }},
    EngineOptionRow{
        "virtual_partitions.header",
        "",
        "name of a header",
        "which header, with `partitioner: header`",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.virtual_partitions.header); },
        [](const Options& from) { return from.virtual_partitions.header; }},
    EngineOptionRow{
        "virtual_partitions.reducer",
        "",
        "name of a reducer, such as sum16, bytesum, murmur2, murmur2-salted",
        "from these bytes to a lane",
        [](Reader& in, const Node& at, Options& to) {
            read_reducer(in, at, to.virtual_partitions.reducer);
        },
        [](const Options& from) { return from.virtual_partitions.reducer; }},
    EngineOptionRow{
        "retry.delay",
        "",
        "duration, 0 or more",
        "wait before a record runs again",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.retry.delay); },
        [](const Options& from) { return to_text(from.retry.delay); }},
    EngineOptionRow{
        "retry.attempts_max",
        "",
        "runs, 0 = without limit",
        "runs of one record in all, the first included",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.max = uint32_max}, to.retry.attempts_max);
        },
        [](const Options& from) { return std::to_string(from.retry.attempts_max); }},
    EngineOptionRow{
        "retry.then",
        "",
        "stop, skip, dead_letter",
        "what happens after the last attempt, or at once when the handler says fail",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, after_last_names, to.retry.then);
        },
        [](const Options& from) { return text_of(after_last_names, from.retry.then); }},
    EngineOptionRow{
        "commit.mode",
        "",
        "only periodic_async",
        "how offsets are committed",
        [](Reader& in, const Node& at, Options&) { in.read_choice(at, commit_mode_names); },
        [](const Options&) { return std::string("periodic_async"); }},
    EngineOptionRow{
        "commit.interval",
        "",
        "duration above 0",
        "time between two commits of a partition that made progress",
        [](Reader& in, const Node& at, Options& to) { read_positive(in, at, to.commit.interval); },
        [](const Options& from) { return to_text(from.commit.interval); }},
    EngineOptionRow{
        "commit.timeout",
        "",
        "duration above 0",
        "how long the broker's answer is awaited before the commit is sent again",
        [](Reader& in, const Node& at, Options& to) { read_positive(in, at, to.commit.timeout); },
        [](const Options& from) { return to_text(from.commit.timeout); }},
    EngineOptionRow{
        "commit.offset_map",
        "",
        "odradek, confluent, none",
        "form of the completed offsets above the committed one in the metadata",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, map_format_names, to.commit.offset_map);
        },
        [](const Options& from) { return text_of(map_format_names, from.commit.offset_map); }},
    EngineOptionRow{
        "commit.unreadable_metadata",
        "",
        "ignore, fail",
        "what happens when the committed metadata cannot be read",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, unreadable_names, to.commit.unreadable_metadata);
        },
        [](const Options& from) {
            return text_of(unreadable_names, from.commit.unreadable_metadata);
        }},
    EngineOptionRow{
        "commit.metadata_chars_max",
        "",
        "UTF-16 units, 40 or more",
        "limit of the metadata, the broker's offset.metadata.max.bytes",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.min = 40, .max = uint32_max}, to.commit.metadata_chars_max);
        },
        [](const Options& from) { return std::to_string(from.commit.metadata_chars_max); }},
    EngineOptionRow{
        "commit.must_match",
        "",
        "mapping of names to values",
        "settings that every member and every deploy of the group must share",
        [](Reader& in, const Node& at, Options& to) {
            read_settings(in, at, to.commit.must_match);
        },
        [](const Options& from) { return text_of(from.commit.must_match); }},
    EngineOptionRow{
        "commit.on_mismatch",
        "",
        "fail, replace",
        "what happens where the offsets were committed under other settings",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, mismatch_names, to.commit.on_mismatch);
        },
        [](const Options& from) { return text_of(mismatch_names, from.commit.on_mismatch); }},
    EngineOptionRow{
        "commit.may_replace",
        "",
        "8 hexadecimal digits, or none",
        "the fingerprint of other settings that ours may replace",
        [](Reader& in, const Node& at, Options& to) {
            read_fingerprint(in, at, to.commit.may_replace);
        },
        [](const Options& from) { return hex_of(from.commit.may_replace); }},
    EngineOptionRow{
        "buffer.size",
        "",
        "fixed, self_tuning",
        "whether records_max is the limit, or a load factor finds one below it",
        [](Reader& in, const Node& at, Options& to) {
            read_enum(in, at, buffer_size_names, to.buffer.size);
        },
        [](const Options& from) { return text_of(buffer_size_names, from.buffer.size); }},
    EngineOptionRow{
        "buffer.load_factor_initial",
        "",
        "1 or more",
        "waiting records per handler that a self-tuning buffer begins with, its lowest",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.min = 1, .max = uint32_max}, to.buffer.load_factor_initial);
        },
        [](const Options& from) { return std::to_string(from.buffer.load_factor_initial); }},
    EngineOptionRow{
        "buffer.load_factor_max",
        "",
        "1 or more",
        "waiting records per handler that a self-tuning buffer never exceeds",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.min = 1, .max = uint32_max}, to.buffer.load_factor_max);
        },
        [](const Options& from) { return std::to_string(from.buffer.load_factor_max); }},
    EngineOptionRow{
        "buffer.records_max",
        "",
        "records, 1 or more",
        "records that wait in the engine; reading stops above",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, at_least_one, to.buffer.records_max);
        },
        [](const Options& from) { return std::to_string(from.buffer.records_max); }},
    EngineOptionRow{
        "buffer.bytes_max",
        "",
        "bytes above 0, such as 256MiB",
        "bytes of the records in the engine; reading stops above",
        [](Reader& in, const Node& at, Options& to) {
            std::uint64_t bytes = to.buffer.bytes_max;
            if (!in.read_bytes(at, bytes)) return;
            if (bytes == 0) in.report(at, "expected a size above zero, found '" + at.text + "'");
            to.buffer.bytes_max = bytes;
        },
        [](const Options& from) { return std::to_string(from.buffer.bytes_max); }},
    EngineOptionRow{
        "buffer.partition_records_max",
        "",
        "records, 1 or more",
        "waiting records of one partition above which it is paused",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, at_least_one, to.buffer.partition_records_max);
        },
        [](const Options& from) { return std::to_string(from.buffer.partition_records_max); }},
    EngineOptionRow{
        "buffer.pause_after",
        "",
        "duration, 0 or more",
        "how long a partition stays above its limit before it is paused",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.buffer.pause_after); },
        [](const Options& from) { return to_text(from.buffer.pause_after); }},
    EngineOptionRow{
        "deferred.open_max",
        "",
        "tokens, 1 or more",
        "completion tokens open at once; nothing starts above",
        [](Reader& in, const Node& at, Options& to) {
            read_count(in, at, {.min = 1, .max = uint32_max}, to.deferred.open_max);
        },
        [](const Options& from) { return std::to_string(from.deferred.open_max); }},
    EngineOptionRow{
        "deferred.expiry",
        "",
        "duration, 0 = never",
        "how long a completion token is awaited before its record is tried again",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.deferred.expiry); },
        [](const Options& from) { return to_text(from.deferred.expiry); }},
    EngineOptionRow{
        "slow.record_after",
        "",
        "duration, 0 = never",
        "a record that waits so long for its first run is named, once",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.slow.record_after); },
        [](const Options& from) { return to_text(from.slow.record_after); }},
    EngineOptionRow{
        "slow.partition_after",
        "",
        "duration, 0 = never",
        "a partition whose commit one record holds back for so long is named",
        [](Reader& in, const Node& at, Options& to) { in.read(at, to.slow.partition_after); },
        [](const Options& from) { return to_text(from.slow.partition_after); }},
};

/// "retry" of "retry.delay"; empty for an option at the top.
std::string_view section_of(std::string_view path) {
    const std::size_t dot = path.find('.');
    return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view name_in_section(std::string_view path) {
    return path.substr(path.find('.') + 1);
}

void read_section(
    ConfigMap& map, ConfigReader& reader, std::string_view section, EngineOptions& options
) {
    for (const EngineOptionRow& row : rows) {
        if (section_of(row.path) != section) continue;
        const ConfigNode* node = map.find(name_in_section(row.path));
        if (node != nullptr) row.read(reader, *node, options);
        if (row.alias.empty()) continue;
        const ConfigNode* other = map.find(row.alias);
        if (other == nullptr) continue;
        if (node != nullptr) {
            reader.report(
                *other,
                "'" + std::string(row.alias) + "' is '" + std::string(row.path) +
                    "' by another name; give one of them"
            );
        }
        row.read(reader, *other, options);
    }
}

constexpr std::array<std::string_view, 6> sections{
    "virtual_partitions", "retry", "commit", "buffer", "deferred", "slow"};

}  // namespace

std::span<const EngineOptionRow> engine_option_rows() {
    return rows;
}

void read_engine_options(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, EngineOptions& options
) {
    ConfigMap map(reader, node, path);
    read_section(map, reader, "", options);
    for (const std::string_view section : sections) {
        const ConfigNode* inner = map.find(section);
        if (inner == nullptr) continue;
        ConfigMap inner_map(reader, *inner, map.path_of(section));
        read_section(inner_map, reader, section, options);
        inner_map.finish();
    }
    map.finish();
}

std::string engine_options_yaml(
    const EngineOptions& options, std::size_t indent, const EngineOptions& defaults
) {
    std::string yaml;
    std::string_view section;
    for (const EngineOptionRow& row : rows) {
        const std::string value = row.write(options);
        if (value == row.write(defaults)) continue;
        const std::string_view row_section = section_of(row.path);
        if (row_section != section) {
            section = row_section;
            yaml += std::string(indent, ' ') + std::string(section) + ":\n";
        }
        const std::size_t depth = section.empty() ? indent : indent + 2;
        yaml += std::string(depth, ' ') + std::string(name_in_section(row.path)) + ": " + value;
        yaml += "\n";
    }
    return yaml;
}

}  // namespace odradek
