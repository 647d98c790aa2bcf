#include "engine/local_kafka/jar_cache.h"

#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/jar_list.h"
#include "engine/local_kafka/process.h"

#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;
using std::chrono::minutes;
using std::chrono::seconds;

// Pinned like the jars: the plugin that copies them.
constexpr std::string_view copy_goal =
    "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies";
constexpr std::uintmax_t fetch_bytes = 200U << 20U;  // the jars, and Maven's own copy
constexpr int oldest_java = 17;

std::string sha256_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), &EVP_MD_CTX_free
    );
    EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
    std::vector<char> buffer(1U << 16U);
    while (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
           stream.gcount() > 0) {
        EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(stream.gcount()));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context.get(), digest.data(), &length);
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += fmt::format("{:02x}", digest[i]);
    }
    return text;
}

/// The lines of Maven's output that say what went wrong, three at most.
std::string errors_in(const std::string& output) {
    std::istringstream lines(output);
    std::string line;
    std::string errors;
    for (int count = 0; count < 3 && std::getline(lines, line);) {
        if (line.find("ERROR") == std::string::npos) continue;
        errors += "\n    " + line.substr(0, 300);
        ++count;
    }
    return errors;
}

Result<void> run_maven(const fs::path& part) {
    if (!find_program("mvn")) {
        return std::unexpected(Problem{
            .what = "Kafka's files are not cached yet and Maven (mvn) is not in PATH to fetch them",
            .remedy = "apt-get install maven, or run a Docker engine",
        });
    }
    if (auto written = write_file(part / "pom.xml", maven_project); !written) return written;
    const Finished maven = run_to_end(
        {"mvn",
         "-B",
         "-ntp",
         "-f",
         (part / "pom.xml").string(),
         std::string(copy_goal),
         "-DincludeScope=runtime",
         "-DoutputDirectory=" + (part / "libs").string()},
        minutes(10)
    );
    if (maven.exit_code == 0 && !maven.timed_out) return {};
    return std::unexpected(Problem{
        .what = fmt::format(
            "Maven could not fetch Kafka {}{}:{}",
            kafka_version,
            maven.timed_out ? " within ten minutes" : "",
            errors_in(maven.output)
        ),
        .remedy = "check the network, the free space of your home folder and ~/.m2/settings.xml; "
                  "once fetched, no network is needed",
    });
}

Result<void> fetch(const fs::path& libs) {
    const fs::path part = libs.string() + ".part";
    if (auto removed = remove_folder(part); !removed) return removed;
    if (auto made = make_folder(part); !made) return made;
    Result<void> done = run_maven(part);
    if (done) {
        if (const std::string wrong = find_difference(part / "libs", jar_checksums);
            !wrong.empty()) {
            done = std::unexpected(Problem{
                .what = "what Maven fetched is not what this build pins: " + wrong,
                .remedy = "do not use it; compare with engine/local_kafka/jars.sha256",
            });
        }
    }
    if (done) done = remove_folder(libs);
    if (done) {
        std::error_code error;
        fs::rename(part / "libs", libs, error);
        if (error) done = std::unexpected(Problem{.what = error.message(), .remedy = {}});
    }
    const auto removed = remove_folder(part);
    return done ? removed : done;
}

}  // namespace

fs::path jars_folder(const fs::path& cache) {
    return cache / fmt::format("libs-{}", kafka_version);
}

std::string find_difference(const fs::path& folder, std::string_view checksums) {
    std::set<std::string> expected_names;
    std::istringstream lines{std::string(checksums)};
    std::string checksum;
    std::string name;
    while (lines >> checksum >> name) {
        expected_names.insert(name);
        if (!fs::exists(folder / name)) return name + " is missing";
        if (sha256_of(folder / name) != checksum) return name + " has another checksum";
    }
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const std::string found = entry.path().filename().string();
        if (!expected_names.contains(found)) return found + " does not belong there";
    }
    return error ? error.message() : "";
}

Result<fs::path> ensure_jars(const fs::path& cache, const Report& report) {
    if (auto made = make_folder(cache); !made) return std::unexpected(made.error());
    const fs::path libs = jars_folder(cache);
    const auto lock = FileLock::take(cache / "fetch.lock");
    if (!lock) return std::unexpected(lock.error());
    if (fs::exists(libs)) {
        const std::string wrong = find_difference(libs, jar_checksums);
        if (wrong.empty()) return libs;
        if (report) report("the cached files of Kafka are damaged (" + wrong + ")");
    }
    if (auto space = require_space(cache, fetch_bytes); !space) {
        return std::unexpected(space.error());
    }
    if (report) report(fmt::format("fetching Kafka {} with Maven (54 MB, once)", kafka_version));
    if (auto fetched = fetch(libs); !fetched) return std::unexpected(fetched.error());
    return libs;
}

Result<void> require_java() {
    const std::string remedy = "apt-get install openjdk-17-jre-headless, or run a Docker engine";
    if (!find_program("java")) {
        return std::unexpected(Problem{.what = "no java in PATH", .remedy = remedy});
    }
    // openjdk version "17.0.15" 2025-04-15; Java 8 says "1.8.0_202".
    const Finished java = run_to_end({"java", "-version"}, seconds(20));
    const std::size_t quote = java.output.find('"');
    int major = 0;
    if (quote != std::string::npos) {
        const char* begin = java.output.data() + quote + 1;
        std::from_chars(begin, java.output.data() + java.output.size(), major);
    }
    if (java.exit_code == 0 && major >= oldest_java) return {};
    return std::unexpected(Problem{
        .what = fmt::format(
            "Kafka {} needs Java {} or newer; `java -version` says: {}",
            kafka_version,
            oldest_java,
            java.output.substr(0, java.output.find('\n'))
        ),
        .remedy = remedy,
    });
}

}  // namespace odradek::local_kafka
