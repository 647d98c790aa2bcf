// The report `offset-map-size`: how long committed texts are, ours and the Java peer's, and how
// many offsets fit before back pressure. Prints Markdown, writes CSV where --csv says. Ends with 1
// where a requirement of the offset map is not met, with 3 where the peer cannot be run.
//
//   cmake --build build/release --target confluent_peer odradek_offset_map_size
//   build/release/bin/odradek_offset_map_size build/release/peer [--csv FILE]

#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/map_size.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/odradek_format.h"
#include "reports/confluent_peer.h"
#include "reports/offset_map_size.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

namespace {

using namespace odradek;

constexpr std::int64_t offsets = 100'000;
constexpr std::int64_t soft_limit = metadata_units_default * 3 / 4;
constexpr EncodeOptions without_limit{.units_max = std::int64_t{1} << 40};

struct PeerSize {
    std::int64_t body = 0;
    std::string id;

    [[nodiscard]] std::int64_t characters() const { return (1 + body + 2) / 3 * 4; }
};

/// Empty when the peer answers nothing that makes sense.
std::vector<PeerSize> peer_sizes(const ConfluentPeer& peer, const std::vector<OffsetMap>& maps) {
    std::vector<std::string> requests;
    for (const OffsetMap& map : maps) {
        requests.push_back(ConfluentPeer::size_request(map));
    }
    const auto answers = peer.ask(requests);
    if (!answers) {
        fmt::print(stderr, "odradek_offset_map_size: {}\n", answers.error());
        return {};
    }
    std::vector<PeerSize> sizes;
    for (const std::string& answer : *answers) {
        PeerSize size;
        std::istringstream{answer} >> size.body >> size.id;
        sizes.push_back(size);
    }
    return sizes;
}

std::int64_t units_of(const OffsetMap& map) {
    return count_units(encode(map, without_limit).value());
}

std::int64_t tracked_units(const OffsetMap& map) {
    return MapSize{map, without_limit}.units();
}

/// The most offsets of a pattern whose text stays at or below the soft limit, to one percent.
template <typename Units>
std::int64_t range_that_fits(Units units) {
    std::int64_t fits = 1'000;
    constexpr std::int64_t most = 10'000'000;
    while (fits < most && units(fits * 2) <= soft_limit) {
        fits *= 2;
    }
    if (fits >= most) return fits;
    std::int64_t step = fits;
    while (step > fits / 200) {
        step /= 2;
        if (units(fits + step) <= soft_limit) fits += step;
    }
    return fits;
}

/// Bytes, id included, of each of the peer's codecs: "l" … "p"; missing where it cannot hold the
/// map.
std::vector<std::map<char, std::int64_t>> codec_sizes(
    const ConfluentPeer& peer, const std::vector<OffsetMap>& maps
) {
    std::vector<std::string> requests;
    for (const OffsetMap& map : maps) {
        requests.push_back(ConfluentPeer::encode_request(map));
    }
    std::vector<std::map<char, std::int64_t>> all;
    const auto answers = peer.ask(requests);
    for (const std::string& answer : answers.value_or(std::vector<std::string>{})) {
        std::istringstream texts{answer};
        std::map<char, std::int64_t>& sizes = all.emplace_back();
        for (std::string text; texts >> text;) {  // ID=BASE64
            const auto padding = std::count(text.begin() + 2, text.end(), '=');
            sizes[text[0]] = static_cast<std::int64_t>(text.size() - 2) / 4 * 3 - padding;
        }
    }
    return all;
}

/// What the report finds, and what offset-map.md asks for.
struct Requirement {
    std::string what;
    std::string limit;
    std::string measured;
    bool is_met = false;
};

struct Measured {
    std::vector<OffsetPattern> patterns;
    std::vector<OffsetMap> maps;
    std::vector<PeerSize> peers;
    std::vector<Requirement> requirements;
};

std::int64_t body_bytes(const OffsetMap& map) {
    return static_cast<std::int64_t>(smallest_body(runs_of(map)).bytes.size());
}

void print_sizes(Measured& all, const std::string& csv_name) {
    std::ofstream csv{csv_name};
    fmt::print(
        csv,
        "pattern,offsets,shannon_bytes,fork_bytes,peer_bytes,peer_id,peer_units,bytes,codec,units,"
        "tracked_units\n"
    );
    fmt::print("## {} offsets: bytes (with the codec's id), units of the text\n\n", offsets);
    fmt::print(
        "| pattern | Shannon bound | fork, published | peer, jar | id | ours | codec | peer's "
        "units | our units | units by MapSize |\n"
    );
    fmt::print("|---|---:|---:|---:|---|---:|---|---:|---:|---:|\n");
    for (std::size_t index = 0; index < all.patterns.size(); ++index) {
        const OffsetMap& map = all.maps[index];
        const Body body = smallest_body(runs_of(map));
        const double bound = shannon_bytes(offsets, all.patterns[index].open_share);
        const auto& fork = all.patterns[index].fork_bytes;
        const std::array<std::string, 10> cells{
            all.patterns[index].name,
            bound > 0 ? fmt::format("{:.0f}", bound) : "",
            fork ? std::to_string(*fork) : "",
            std::to_string(all.peers[index].body + 1),
            all.peers[index].id,
            std::to_string(body.bytes.size() + 1),
            std::string(name_of(body.codec)),
            std::to_string(all.peers[index].characters()),
            std::to_string(units_of(map)),
            std::to_string(tracked_units(map))};
        fmt::print(
            csv, "{},{},{}\n", cells[0], offsets, fmt::join(cells.begin() + 1, cells.end(), ",")
        );
        fmt::print("| {} |\n", fmt::join(cells, " | "));
    }
}

void print_codecs(const ConfluentPeer& peer, const Measured& all) {
    constexpr std::string_view ids = "loneasJp";
    fmt::print("\n## The same patterns in each of the peer's codecs, bytes\n\n");
    fmt::print("| pattern | `l` | `o` | `n` | `e` | `a` | `s` | `J` | `p` | ours |\n");
    fmt::print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    const auto sizes = codec_sizes(peer, all.maps);
    for (std::size_t index = 0; index < sizes.size(); ++index) {
        fmt::print("| {} |", all.patterns[index].name);
        for (const char id : ids) {
            const auto size = sizes[index].find(id);
            fmt::print(" {} |", size == sizes[index].end() ? "–" : std::to_string(size->second));
        }
        fmt::print(" {} |\n", body_bytes(all.maps[index]) + 1);
    }
}

/// Requirement 3: near the Shannon bound, and never longer than the peer.
void judge_density(Measured& all) {
    double worst = -1e9;
    std::int64_t longer = std::numeric_limits<std::int64_t>::min();
    for (std::size_t index = 0; index < all.patterns.size(); ++index) {
        const std::int64_t ours = body_bytes(all.maps[index]);
        longer = std::max(longer, ours - all.peers[index].body);
        const double bound = shannon_bytes(offsets, all.patterns[index].open_share);
        if (bound > 0) worst = std::max(worst, static_cast<double>(ours) - bound * 1.02);
    }
    all.requirements.push_back(
        {"3: body above 1.02 times the Shannon bound, random patterns, at most",
         "16 bytes",
         fmt::format("{:.1f} bytes", worst),
         worst <= 16}
    );
    all.requirements.push_back(
        {"3: body longer than the peer's best, any pattern, at most",
         "0 bytes",
         fmt::format("{} bytes", longer),
         longer <= 0}
    );
}

void print_ranges(const ConfluentPeer& peer, Measured& all) {
    fmt::print(
        "\n## Offsets that fit before back pressure ({} of {} units)\n\n",
        soft_limit,
        metadata_units_default
    );
    fmt::print(
        "| pattern | peer, jar | ours, by the text | ours, by MapSize | times the peer's "
        "|\n|---|---:|---:|---:|---:|\n"
    );
    for (const OffsetPattern& pattern : all.patterns) {
        if (pattern.open_share <= 0 && pattern.name != "bursts" && pattern.name != "Zipf latency")
            continue;
        const std::int64_t theirs = range_that_fits([&](std::int64_t count) {
            const auto sizes = peer_sizes(peer, {pattern.draw(count)});
            return sizes.empty() ? metadata_units_default : sizes[0].characters();
        });
        const std::int64_t by_text =
            range_that_fits([&](std::int64_t count) { return units_of(pattern.draw(count)); });
        const std::int64_t by_size =
            range_that_fits([&](std::int64_t count) { return tracked_units(pattern.draw(count)); });
        const double times = static_cast<double>(by_size) / static_cast<double>(theirs);
        fmt::print(
            "| {} | {} | {} | {} | {:.2f} |\n", pattern.name, theirs, by_text, by_size, times
        );
        std::fflush(stdout);
        const bool is_half = pattern.open_share == 0.5;
        if (!is_half && pattern.open_share != 0.01) continue;
        const double wanted = is_half ? 2.5 : 3.5;
        all.requirements.push_back(
            {fmt::format("4: range before back pressure, {}, at least", pattern.name),
             fmt::format("{:.1f} times the peer's", wanted),
             fmt::format("{:.2f}", times),
             times >= wanted}
        );
    }
}

/// Processor time of the fastest of several runs, in milliseconds.
template <typename Work>
double milliseconds_of(Work work) {
    double best = 1e9;
    for (int run = 0; run < 15; ++run) {
        const std::clock_t begin = std::clock();
        work();
        best = std::min(best, static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC);
    }
    return best;
}

/// Requirement 6, on the machine that runs this.
void judge_speed(Measured& all) {
    const auto five = std::ranges::find(all.patterns, 0.05, &OffsetPattern::open_share);
    const OffsetMap map = five->draw(1'000'000);
    const std::string text = encode(map, without_limit).value();
    std::size_t sum = 0;
    const double encoding = milliseconds_of([&] { sum += encode(map, without_limit)->size(); });
    const double decoding = milliseconds_of([&] {
        sum += decode(text, map.next_to_read, std::nullopt)->map.completed.size();
    });
    const std::array rows{std::pair{"encode", encoding}, std::pair{"decode", decoding}};
    for (const auto& [what, spent] : rows) {
        all.requirements.push_back(
            {fmt::format("6: {} 1,000,000 offsets, 5 % open, in less than", what),
             "5 ms",
             fmt::format("{:.2f} ms", spent),
             spent < 5 && sum > 0}
        );
    }
}

bool print_requirements(const Measured& all) {
    fmt::print("\n## Requirements\n\n| what | asked for | measured | |\n|---|---:|---:|---|\n");
    bool are_met = true;
    for (const Requirement& each : all.requirements) {
        const std::string_view verdict = each.is_met ? "met" : "NOT MET";
        fmt::print("| {} | {} | {} | {} |\n", each.what, each.limit, each.measured, verdict);
        are_met = are_met && each.is_met;
    }
    return are_met;
}

int report(const ConfluentPeer& peer, const std::string& csv_name) {
    Measured all{.patterns = offset_patterns(), .maps = {}, .peers = {}, .requirements = {}};
    for (const OffsetPattern& pattern : all.patterns) {
        all.maps.push_back(pattern.draw(offsets));
    }
    all.peers = peer_sizes(peer, all.maps);
    if (all.peers.size() != all.maps.size()) return 3;
    print_sizes(all, csv_name);
    print_codecs(peer, all);
    judge_density(all);
    print_ranges(peer, all);
    constexpr double bits_of_unit = 127.0 / 8;  // FORMAT.md: eight digits hold 127 bits
    all.requirements.push_back(
        {"4: bits a unit, at least",
         "15.5",
         fmt::format("{:.3f}", bits_of_unit),
         bits_of_unit >= 15.5}
    );
    judge_speed(all);
    return print_requirements(all) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const bool has_csv = arguments.size() == 3 && arguments[1] == "--csv";
    if (arguments.size() != 1 && !has_csv) {
        fmt::print(stderr, "usage: odradek_offset_map_size PEER_FOLDER [--csv FILE]\n");
        return 2;
    }
    return report(ConfluentPeer{arguments[0]}, has_csv ? arguments[2] : "/dev/null");
}
