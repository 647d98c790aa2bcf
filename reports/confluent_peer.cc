#include "reports/confluent_peer.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace odradek {

namespace {

std::string open_text(const OffsetMap& map) {
    std::string text;
    for (const OffsetRange& range : open_ranges(map)) {
        if (!text.empty()) text += ',';
        text += std::to_string(range.begin.value());
        if (range.size() > 1) text += '-' + std::to_string(previous(range.end).value());
    }
    return text;
}

std::string bounds_and_open(const OffsetMap& map) {
    return std::to_string(map.next_to_read.value()) + ' ' +
           std::to_string(previous(map.completed.back().end).value()) + ' ' + open_text(map);
}

}  // namespace

std::expected<std::vector<std::string>, std::string> ConfluentPeer::ask(
    const std::vector<std::string>& requests
) const {
    const std::string name = folder_ + "/exchange-" + std::to_string(getpid());
    {
        std::ofstream input{name + ".in"};
        for (const std::string& request : requests) {
            input << request << '\n';
        }
        if (!input.flush()) return std::unexpected("cannot write " + name + ".in");
    }
    const std::string command = "java -Xmx1g -cp '" + folder_ + "/classes:" + folder_ +
                                "/lib/*' io.confluent.parallelconsumer.offsets.OffsetMapPeer < '" +
                                name + ".in' > '" + name + ".out' 2> '" + name + ".err'";
    const int status = std::system(command.c_str());
    if (status != 0) return std::unexpected("the peer failed, see " + name + ".err");
    std::vector<std::string> answers;
    std::ifstream output{name + ".out"};
    for (std::string line; std::getline(output, line);) {
        answers.push_back(line);
    }
    if (answers.size() != requests.size()) return std::unexpected("answers are missing: " + name);
    for (const char* const suffix : {".in", ".out", ".err"}) {
        std::filesystem::remove(name + suffix);
    }
    return answers;
}

std::string ConfluentPeer::encode_request(const OffsetMap& map) {
    return "encode " + bounds_and_open(map);
}

std::string ConfluentPeer::size_request(const OffsetMap& map) {
    return "size " + bounds_and_open(map);
}

std::string ConfluentPeer::decode_request(Offset committed, const std::string& text) {
    return "decode " + std::to_string(committed.value()) + ' ' + text;
}

std::string ConfluentPeer::expected_state(const OffsetMap& map) {
    return std::to_string(previous(map.completed.back().end).value()) + ' ' + open_text(map);
}

}  // namespace odradek
