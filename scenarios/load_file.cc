#include "scenarios/load_file.h"

#include <array>
#include <limits>

namespace odradek::scenarios {

namespace {

constexpr CountRange key_count{.min = 1, .max = 10'000'000};

/// `1`, `0.8` or `1.25`: at most three decimals.
bool read_exponent(ConfigReader& reader, const ConfigNode& node, Ratio& into) {
    const std::size_t dot = node.text.find('.');
    const std::string whole = node.text.substr(0, dot);
    const std::string decimals = dot == std::string::npos ? "" : node.text.substr(dot + 1);
    const auto units = parse_count(whole);
    const auto thousandths = decimals.empty() ? 0 : parse_count((decimals + "00").substr(0, 3));
    if (!units || !thousandths || *units > 10 || decimals.size() > 3 ||
        (dot != std::string::npos && decimals.empty())) {
        reader.report(node, "expected an exponent from 0 to 10 such as 1.1");
        return false;
    }
    into = {.part = *units * 1000 + *thousandths, .whole = 1000};
    return true;
}

std::string exponent_text(Ratio exponent) {
    const std::uint64_t thousandths = exponent.part * 1000 / exponent.whole;
    return std::to_string(thousandths / 1000) + "." +
           std::to_string(1000 + thousandths % 1000).substr(1);
}

void expect_one(ConfigReader& reader, const ConfigNode& node, std::string_view of) {
    if (node.kind == ConfigNode::Kind::mapping && node.fields.size() == 1) return;
    reader.report(node, "expected exactly one of " + std::string(of));
}

void read_arrival(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, Arrival& into
) {
    if (node.kind == ConfigNode::Kind::scalar) {
        reader.read(node, into.rate);
        return;
    }
    ConfigMap map(reader, node, path);
    expect_one(reader, node, "constant, poisson, bursts");
    if (map.read("constant", into.rate)) into.law = Arrival::Law::constant;
    if (map.read("poisson", into.rate)) into.law = Arrival::Law::poisson;
    if (const ConfigNode* bursts = map.find("bursts")) {
        into.law = Arrival::Law::bursts;
        ConfigMap fields(reader, *bursts, map.path_of("bursts"));
        fields.read("rate", into.rate);
        fields.read_count("size", into.burst, {.min = 1});
        fields.finish();
    }
    map.finish();
}

void read_value_bytes(ConfigReader& reader, const ConfigNode& node, Load& into) {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    const bool is_range = node.kind == ConfigNode::Kind::sequence;
    if (is_range && node.items.size() != 2) {
        reader.report(node, "expected a size or [smallest, largest]");
        return;
    }
    const bool read =
        is_range ? reader.read_bytes(node.items[0], low) && reader.read_bytes(node.items[1], high)
                 : reader.read_bytes(node, low);
    if (!read) return;
    if (!is_range) high = low;
    if (low > high || high > 100'000'000) {
        reader.report(node, "expected sizes up to 100 MB, the smaller one first");
        return;
    }
    into.value_bytes_min = static_cast<std::uint32_t>(low);
    into.value_bytes_max = static_cast<std::uint32_t>(high);
}

}  // namespace

void read_keys(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, KeyLaw& into
) {
    if (node.kind == ConfigNode::Kind::scalar && node.text == "unique") {
        into.law = KeyLaw::Law::unique;
        return;
    }
    ConfigMap map(reader, node, path);
    expect_one(reader, node, "unique, uniform, zipf, hot, burst");
    if (map.read_count("uniform", into.keys, key_count)) into.law = KeyLaw::Law::uniform;
    if (const ConfigNode* zipf = map.find("zipf")) {
        into.law = KeyLaw::Law::zipf;
        ConfigMap fields(reader, *zipf, map.path_of("zipf"));
        fields.read_count("keys", into.keys, key_count);
        const ConfigNode* exponent = fields.find("exponent");
        if (exponent != nullptr) read_exponent(reader, *exponent, into.exponent);
        fields.finish();
    }
    if (const ConfigNode* hot = map.find("hot")) {
        into.law = KeyLaw::Law::hot;
        ConfigMap fields(reader, *hot, map.path_of("hot"));
        fields.read_count("keys", into.keys, key_count);
        fields.read("share", into.share);
        fields.finish();
    }
    if (const ConfigNode* burst = map.find("burst")) {
        into.law = KeyLaw::Law::burst;
        ConfigMap fields(reader, *burst, map.path_of("burst"));
        fields.read_count("keys", into.keys, key_count);
        fields.read_count("run", into.run, {.min = 1});
        fields.finish();
    }
    map.finish();
}

void read_load(ConfigReader& reader, const ConfigNode& node, const std::string& path, Load& into) {
    ConfigMap map(reader, node, path);
    map.read_count("records", into.records, {.min = 1, .max = 100'000'000});
    if (const ConfigNode* arrival = map.find("arrival")) {
        read_arrival(reader, *arrival, map.path_of("arrival"), into.arrival);
    }
    if (const ConfigNode* keys = map.find("keys")) {
        read_keys(reader, *keys, map.path_of("keys"), into.keys);
    }
    map.read("null_keys", into.null_keys);
    if (const ConfigNode* bytes = map.find("value_bytes")) read_value_bytes(reader, *bytes, into);
    map.finish();
}

namespace {

std::string keys_yaml(const KeyLaw& law) {
    const std::string keys = std::to_string(law.keys);
    switch (law.law) {
        case KeyLaw::Law::uniform:
            return "{uniform: " + keys + "}";
        case KeyLaw::Law::zipf:
            return "{zipf: {keys: " + keys + ", exponent: " + exponent_text(law.exponent) + "}}";
        case KeyLaw::Law::hot:
            return "{hot: {keys: " + keys + ", share: " + to_text(law.share) + "}}";
        case KeyLaw::Law::burst:
            return "{burst: {keys: " + keys + ", run: " + std::to_string(law.run) + "}}";
        case KeyLaw::Law::unique:
        case KeyLaw::Law::listed:  // the closest that a file can say
            break;
    }
    return law.law == KeyLaw::Law::listed ? "{uniform: " + std::to_string(law.listed.size()) + "}"
                                          : "unique";
}

std::string arrival_yaml(const Arrival& arrival) {
    switch (arrival.law) {
        case Arrival::Law::constant:
            return "{constant: " + to_text(arrival.rate) + "}";
        case Arrival::Law::poisson:
            return "{poisson: " + to_text(arrival.rate) + "}";
        case Arrival::Law::bursts:
            break;
    }
    return "{bursts: {rate: " + to_text(arrival.rate) + ", size: " + std::to_string(arrival.burst) +
           "}}";
}

}  // namespace

std::string load_yaml(const Load& load) {
    const Load defaults;
    std::string yaml;
    const auto line = [&](std::string_view name, const std::string& value) {
        yaml += "  " + std::string(name) + ": " + value + "\n";
    };
    if (load.records != defaults.records) line("records", std::to_string(load.records));
    if (load.arrival != defaults.arrival) line("arrival", arrival_yaml(load.arrival));
    if (load.keys != defaults.keys) line("keys", keys_yaml(load.keys));
    if (load.null_keys.part != 0) line("null_keys", to_text(load.null_keys));
    if (load.value_bytes_min != defaults.value_bytes_min ||
        load.value_bytes_max != defaults.value_bytes_max) {
        line(
            "value_bytes",
            "[" + std::to_string(load.value_bytes_min) + ", " +
                std::to_string(load.value_bytes_max) + "]"
        );
    }
    return yaml;
}

}  // namespace odradek::scenarios
