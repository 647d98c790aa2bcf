// docker/ cannot be run by the tests; what can be checked is that it does not drift away from the
// rest.
#include "engine/consume/consume_options.h"
#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/jar_list.h"

#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace odradek {

namespace {

std::string text_of(const std::string& file) {
    std::string text = local_kafka::read_file(file);
    EXPECT_FALSE(text.empty()) << file << " (tests run from the top of the checkout)";
    return text;
}

/// The packages of a list, as launcher and Dockerfile read it: a line each, `#` begins a comment.
std::vector<std::string> packages_in(const std::string& text) {
    std::vector<std::string> packages;
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string package;
        while (words >> package) {
            packages.push_back(package);
        }
    }
    return packages;
}

/// The words after `apt-get install` and its options that name packages themselves.
std::vector<std::string> named_packages(const std::string& script) {
    static const std::regex install(R"(apt-get install((?:\s+-[\w-]+)*)([^\n&|;\\]*))");
    std::vector<std::string> named;
    for (std::sregex_iterator found(script.begin(), script.end(), install), end; found != end;
         ++found) {
        std::istringstream words((*found)[2].str());
        std::string word;
        while (words >> word) {
            if (word[0] >= 'a' && word[0] <= 'z') named.push_back(word);
        }
    }
    return named;
}

std::string image_in(const YAML::Node& compose, const std::string& service) {
    return compose["services"][service]["image"].as<std::string>();
}

}  // namespace

TEST(DockerPackages, are_listed_once_and_in_one_form) {
    for (const char* file : {"docker/packages.txt", "docker/packages-run.txt"}) {
        const std::vector<std::string> packages = packages_in(text_of(file));
        EXPECT_GT(packages.size(), 8U) << file;
        EXPECT_EQ(std::set(packages.begin(), packages.end()).size(), packages.size()) << file;
        for (const std::string& package : packages) {
            EXPECT_TRUE(std::regex_match(package, std::regex("[a-z0-9][a-z0-9.+-]+"))) << package;
        }
    }
}

TEST(DockerPackages, of_the_image_and_of_the_launcher_come_from_the_same_file) {
    const std::string dockerfile = text_of("docker/Dockerfile");
    EXPECT_NE(dockerfile.find("COPY docker/packages.txt"), std::string::npos);
    EXPECT_NE(
        text_of("odradek").find("packages_file=$root/docker/packages.txt"), std::string::npos
    );
    EXPECT_EQ(named_packages(dockerfile), std::vector<std::string>{});
    EXPECT_EQ(named_packages(text_of("odradek")), std::vector<std::string>{});
}

TEST(DockerPackages, that_are_named_beside_the_list_would_be_seen) {
    EXPECT_EQ(
        named_packages("RUN apt-get install -y --no-install-recommends cmake git \\\n  && true"),
        (std::vector<std::string>{"cmake", "git"})
    );
}

TEST(DockerCompose, runs_the_kafka_that_is_pinned) {
    const YAML::Node compose = YAML::LoadFile("docker/compose.yml");
    const std::string pinned = "apache/kafka:" + std::string(local_kafka::kafka_version);
    EXPECT_EQ(image_in(compose, "kafka"), pinned);
    EXPECT_EQ(image_in(compose, "topic"), pinned);
}

TEST(DockerCompose, builds_the_engine_from_a_stage_that_exists) {
    const YAML::Node build = YAML::LoadFile("docker/compose.yml")["services"]["engine"]["build"];
    EXPECT_EQ(build["dockerfile"].as<std::string>(), "docker/Dockerfile");
    const std::string stage = " AS " + build["target"].as<std::string>() + "\n";
    EXPECT_NE(text_of("docker/Dockerfile").find(stage), std::string::npos);
}

TEST(DockerCompose, runs_the_engine_with_options_that_it_has) {
    const YAML::Node command =
        YAML::LoadFile("docker/compose.yml")["services"]["engine"]["command"];
    const auto words = command.as<std::vector<std::string>>();
    ASSERT_EQ(words.front(), "consume");
    EXPECT_TRUE(consume::parse_consume_options({words.begin() + 1, words.end()}).has_value());
}

TEST(DockerCompose, gives_services_only_what_it_defines) {
    const YAML::Node compose = YAML::LoadFile("docker/compose.yml");
    for (const auto& service : compose["services"]) {
        for (const auto& needed : service.second["depends_on"]) {
            EXPECT_TRUE(compose["services"][needed.first.as<std::string>()].IsDefined());
        }
    }
    EXPECT_NE(
        text_of("docker/kafka/server.properties").find("INTERNAL://kafka:9092"), std::string::npos
    );
    EXPECT_EQ(compose["services"]["kafka"]["hostname"].as<std::string>(), "kafka");
}

}  // namespace odradek
