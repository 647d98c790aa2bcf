// The report `offset-map-size`: how long committed texts are, ours and the Java peer's, and how
// many offsets fit before back pressure. Prints Markdown, writes CSV where --csv says.
//
//   cmake --build build/release --target confluent_peer odradek_offset_map_size
//   build/release/bin/odradek_offset_map_size build/release/peer [--csv FILE]

#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/map_size.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/odradek_format.h"
#include "reports/confluent_peer.h"
#include "reports/offset_map_size.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/ostream.h>

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

int report(const ConfluentPeer& peer, const std::string& csv_name) {
    const std::vector<OffsetPattern> patterns = offset_patterns();
    std::vector<OffsetMap> maps;
    for (const OffsetPattern& pattern : patterns) {
        maps.push_back(pattern.draw(offsets));
    }
    const std::vector<PeerSize> peers = peer_sizes(peer, maps);
    if (peers.empty()) return 3;
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
    for (std::size_t index = 0; index < patterns.size(); ++index) {
        const Body body = smallest_body(runs_of(maps[index]));
        const double bound = shannon_bytes(offsets, patterns[index].open_share);
        const std::string shannon = bound > 0 ? fmt::format("{:.0f}", bound) : "";
        const auto& fork = patterns[index].fork_bytes;
        const std::string fork_text = fork ? std::to_string(*fork) : "";
        const std::string row = fmt::format(
            "{0},{1},{2},{3},{4}",
            peers[index].body + 1,
            peers[index].id,
            peers[index].characters(),
            body.bytes.size() + 1,
            name_of(body.codec)
        );
        fmt::print(
            csv,
            "{},{},{},{},{},{},{}\n",
            patterns[index].name,
            offsets,
            shannon,
            fork_text,
            row,
            units_of(maps[index]),
            tracked_units(maps[index])
        );
        fmt::print(
            "| {} | {} | {} | {} | `{}` | {} | {} | {} | {} | {} |\n",
            patterns[index].name,
            shannon,
            fork_text,
            peers[index].body + 1,
            peers[index].id,
            body.bytes.size() + 1,
            name_of(body.codec),
            peers[index].characters(),
            units_of(maps[index]),
            tracked_units(maps[index])
        );
    }
    fmt::print(
        "\n## Offsets that fit before back pressure ({} of {} units)\n\n",
        soft_limit,
        metadata_units_default
    );
    fmt::print(
        "| pattern | peer, jar | ours, by the text | ours, by MapSize | times the peer's "
        "|\n|---|---:|---:|---:|---:|\n"
    );
    for (const OffsetPattern& pattern : patterns) {
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
        fmt::print(
            "| {} | {} | {} | {} | {:.2f} |\n",
            pattern.name,
            theirs,
            by_text,
            by_size,
            static_cast<double>(by_size) / static_cast<double>(theirs)
        );
        std::fflush(stdout);
    }
    return 0;
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
