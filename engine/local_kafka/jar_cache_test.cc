#include "engine/local_kafka/jar_cache.h"

#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/jar_list.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;

// sha256 of "abc" and of nothing: FIPS 180-2, appendix B.1, and its well-known empty digest.
constexpr std::string_view checksums =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.jar\n"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.jar\n";

class JarCacheTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(make_folder(folder_).has_value());
        ASSERT_TRUE(write_file(folder_ / "a.jar", "abc").has_value());
        ASSERT_TRUE(write_file(folder_ / "b.jar", "").has_value());
    }

    void TearDown() override { EXPECT_TRUE(remove_folder(folder_).has_value()); }

    fs::path folder_ = fs::path(::testing::TempDir()) / ("jars-" + std::to_string(getpid()));
};

}  // namespace

TEST_F(JarCacheTest, agrees_with_its_checksums) {
    EXPECT_EQ(find_difference(folder_, checksums), "");
}

TEST_F(JarCacheTest, notices_a_changed_jar) {
    ASSERT_TRUE(write_file(folder_ / "a.jar", "abd").has_value());
    EXPECT_EQ(find_difference(folder_, checksums), "a.jar has another checksum");
}

TEST_F(JarCacheTest, notices_a_missing_and_a_foreign_jar) {
    fs::rename(folder_ / "b.jar", folder_ / "c.jar");
    EXPECT_EQ(find_difference(folder_, checksums), "b.jar is missing");
    ASSERT_TRUE(write_file(folder_ / "b.jar", "").has_value());
    EXPECT_EQ(find_difference(folder_, checksums), "c.jar does not belong there");
}

TEST(JarList, pins_kafka_and_its_clients_at_one_release) {
    const std::string version(kafka_version);
    for (const std::string name : {"kafka_2.13-", "kafka-clients-", "kafka-tools-"}) {
        EXPECT_NE(jar_checksums.find("  " + name + version + ".jar\n"), std::string::npos) << name;
    }
}

}  // namespace odradek::local_kafka
