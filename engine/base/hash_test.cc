#include "engine/base/hash.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace odradek {

namespace {

std::int32_t java_int(std::uint32_t hash) {
    return static_cast<std::int32_t>(hash);
}

}  // namespace

// Vectors of Kafka's own UtilsTest.
TEST(Murmur2, gives_what_the_java_client_gives) {
    EXPECT_EQ(java_int(murmur2("21")), -973932308);
    EXPECT_EQ(java_int(murmur2("foobar")), -790332482);
    EXPECT_EQ(java_int(murmur2("a-little-bit-long-string")), -985981536);
    EXPECT_EQ(java_int(murmur2("a-little-bit-longer-string")), -1486304829);
    EXPECT_EQ(java_int(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")), -58897971);
    EXPECT_EQ(java_int(murmur2("abc")), 479470107);
}

// Vectors of librdkafka's unit test of the same function.
TEST(Murmur2, gives_what_librdkafka_gives_for_the_empty_key_and_each_tail_length) {
    EXPECT_EQ(murmur2(""), 0x106E'08D9U);
    EXPECT_EQ(murmur2("kafka"), 0xD067'CF64U);
    EXPECT_EQ(murmur2("giberish123456789"), 0x8F55'2B0CU);
    EXPECT_EQ(murmur2("1234"), 0x9FC9'7B14U);
    EXPECT_EQ(murmur2("234"), 0xE7C0'09CAU);
    EXPECT_EQ(murmur2("34"), 0x8739'30DAU);
    EXPECT_EQ(murmur2("4"), 0x5A4B'5CA1U);
}

TEST(Murmur2, reads_the_same_from_any_alignment) {
    const std::string text = "0123456789abcdefghij";
    for (std::size_t shift = 0; shift < 8; ++shift) {
        const std::string moved = std::string(shift, '.') + text;
        EXPECT_EQ(murmur2(std::string_view{moved}.substr(shift)), murmur2(text)) << shift;
    }
}

TEST(Murmur2Salted, equals_murmur2_of_the_salt_and_then_the_key) {
    std::string key;
    for (int length = 0; length < 40; ++length) {
        EXPECT_EQ(murmur2_salted(key), murmur2("s:" + key)) << length;
        key += static_cast<char>(200 + length);
    }
}

// The check value of the CRC catalogue (CRC-32/ISO-HDLC), and zlib's.
TEST(Crc32, gives_the_catalogue_s_check_value) {
    EXPECT_EQ(crc32("123456789"), 0xCBF4'3926U);
    EXPECT_EQ(crc32(""), 0U);
    EXPECT_EQ(crc32("a"), 0xE8B7'BE43U);
    EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414F'A339U);
    EXPECT_EQ(crc32(std::string(32, '\xFF')), 0xFF6C'AB0BU);
}

// Vectors of the authors' FNV page (test_fnv.c).
TEST(Fnv1a, gives_its_authors_vectors) {
    EXPECT_EQ(fnv1a(""), 0x811C'9DC5U);
    EXPECT_EQ(fnv1a("a"), 0xE40C'292CU);
    EXPECT_EQ(fnv1a("foobar"), 0xBF9C'F968U);
}

// Vectors of librdkafka's unit test: FNV-1a after Sarama's sign rule.
TEST(Fnv1a, gives_what_sarama_and_librdkafka_give_after_the_sign_rule) {
    EXPECT_EQ(magnitude(fnv1a("")), 0x7EE3'623BU);
    EXPECT_EQ(magnitude(fnv1a("kafka")), 0x0D33'C4E1U);
    EXPECT_EQ(magnitude(fnv1a("giberish123456789")), 0x77A5'8295U);
    EXPECT_EQ(magnitude(fnv1a("1234")), 0x23BD'D03U);
    EXPECT_EQ(magnitude(fnv1a("234")), 0x2DEA'3CD2U);
}

TEST(Magnitude, keeps_the_smallest_integer_a_legal_bucket) {
    EXPECT_EQ(magnitude(0x8000'0000U), 0x8000'0000U);
    EXPECT_EQ(magnitude(0xFFFF'FFFFU), 1U);
    EXPECT_EQ(magnitude(7U), 7U);
}

TEST(ToPositive, drops_the_sign_bit_and_is_not_the_absolute_value) {
    EXPECT_EQ(to_positive(0xFFFF'FFFFU), 0x7FFF'FFFFU);
    EXPECT_EQ(to_positive(0x8000'0000U), 0U);
    EXPECT_EQ(to_positive(7U), 7U);
}

// Karafka's sums, as Ruby's String#sum gives them.
TEST(Sum16, keeps_only_sixteen_bits_as_ruby_does) {
    EXPECT_EQ(sum16("0"), 48U);
    EXPECT_EQ(sum16("14"), 101U);
    EXPECT_EQ(sum16("23"), 101U);
    EXPECT_EQ(sum16("hello"), 532U);
    EXPECT_EQ(sum16("\xD1\x82\xD0\xB5\xD1\x81\xD1\x82"), 1405U);
    EXPECT_EQ(sum16(std::string(258, '\xFF')), 254U);
    EXPECT_EQ(sum16(std::string(538, 'z')), 100U);
    EXPECT_EQ(sum16(""), 0U);
}

TEST(ByteSum, keeps_all_bits) {
    EXPECT_EQ(byte_sum(std::string(258, '\xFF')), 65790U);
    EXPECT_EQ(byte_sum(std::string(538, 'z')), 65636U);
    EXPECT_EQ(byte_sum(""), 0U);
}

}  // namespace odradek
