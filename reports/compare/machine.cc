#include "reports/compare/machine.h"

#include "engine/kafka/handle.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include <sys/utsname.h>
#include <unistd.h>

namespace odradek::reports {

namespace {

std::string processor_name() {
    std::ifstream input("/proc/cpuinfo");
    for (std::string line; std::getline(input, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != line.npos) return line.substr(colon + 2);
    }
    return "unknown";
}

std::string commit_of_checkout() {
    const std::unique_ptr<FILE, int (*)(FILE*)> output{
        popen("git rev-parse --short HEAD 2>/dev/null", "r"), &pclose};
    std::array<char, 64> text{};
    if (output == nullptr || std::fgets(text.data(), text.size(), output.get()) == nullptr) {
        return "unknown";
    }
    std::string commit = text.data();
    while (!commit.empty() && commit.back() == '\n') {
        commit.pop_back();
    }
    return commit;
}

}  // namespace

Machine this_machine() {
    utsname names{};
    uname(&names);
    std::array<double, 1> load{};
    if (getloadavg(load.data(), 1) != 1) load[0] = 0;
    const double pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
    const double page = static_cast<double>(sysconf(_SC_PAGESIZE));
    return {
        .processor = processor_name(),
        .cores = std::thread::hardware_concurrency(),
        .memory_gib = pages * page / (1024.0 * 1024.0 * 1024.0),
        .system = std::string(names.sysname) + " " + names.release,
        .librdkafka = rd_kafka_version_str(),
        .compiler = "g++ " __VERSION__,
        .commit = commit_of_checkout(),
        .load_at_start = load[0]};
}

double cpu_s_of(const std::vector<pid_t>& processes) {
    double ticks = 0;
    for (const pid_t process : processes) {
        std::ifstream input("/proc/" + std::to_string(process) + "/stat");
        std::string line;
        if (!std::getline(input, line)) continue;
        // The name may hold anything; what follows its closing bracket is numbers (proc(5)).
        std::istringstream fields(line.substr(line.rfind(')') + 1));
        std::string skipped;
        for (int field = 3; field < 14; ++field) {
            fields >> skipped;
        }
        double user = 0;
        double system = 0;
        fields >> user >> system;
        ticks += user + system;
    }
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace odradek::reports
