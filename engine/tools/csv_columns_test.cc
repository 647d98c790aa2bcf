#include "engine/tools/csv_columns.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using Row = std::vector<std::string>;

CsvColumns found(const Row& row, const KeySourceOptions& options = {}) {
    const auto columns = find_csv_columns(row, options);
    EXPECT_TRUE(columns.has_value()) << columns.error().front().what;
    return columns.value_or(CsvColumns{});
}

std::vector<InputMistake> missed(const Row& row, const KeySourceOptions& options) {
    const auto columns = find_csv_columns(row, options);
    EXPECT_FALSE(columns.has_value());
    return columns ? std::vector<InputMistake>{} : columns.error();
}

}  // namespace

TEST(CsvDelimiter, is_the_most_frequent_candidate_outside_of_quotes) {
    EXPECT_EQ(guess_delimiter("a,b,c"), ',');
    EXPECT_EQ(guess_delimiter("a;b,c;d"), ';');
    EXPECT_EQ(guess_delimiter("a\tb"), '\t');
    EXPECT_EQ(guess_delimiter("a|b|c,d"), '|');
    EXPECT_EQ(guess_delimiter("\"a;b;c;d\",e"), ',');
    EXPECT_EQ(guess_delimiter("alone"), ',');
}

TEST(CsvColumns, are_found_by_name_and_by_number) {
    const Row header{"time", "customer_id", "bytes"};
    const CsvColumns named =
        found(header, {.path = {}, .key_column = "customer_id", .weight_column = "bytes"});
    EXPECT_TRUE(named.has_header);
    EXPECT_EQ(named.key, 1U);
    EXPECT_EQ(named.weight, 2U);
    EXPECT_FALSE(named.partition.has_value());
    EXPECT_EQ(named.key_name, "customer_id");
    EXPECT_EQ(found({"7", "x", "y"}, {.path = {}, .key_column = "3"}).key, 2U);
}

TEST(CsvColumns, take_a_first_row_of_words_for_a_header_and_one_of_numbers_for_data) {
    EXPECT_TRUE(found({"key", "amount"}).has_header);
    EXPECT_TRUE(found({"customer_id"}).has_header);
    EXPECT_FALSE(found({"17"}).has_header);
    EXPECT_FALSE(found({"anna"}).has_header);  // a key like any other
    EXPECT_TRUE(found({"17"}, {.path = {}, .header = CsvHeader::present}).has_header);
    EXPECT_FALSE(found({"customer_id"}, {.path = {}, .header = CsvHeader::absent}).has_header);
}

TEST(CsvColumns, list_all_that_is_missing_at_once) {
    const auto mistakes = missed(
        {"time", "user"},
        {.path = "f.csv", .key_column = "usr", .weight_column = "w", .partition_column = "9"}
    );
    ASSERT_EQ(mistakes.size(), 3U);
    EXPECT_EQ(mistakes[0].what, "there is no column \"usr\": the header has \"time\", \"user\"");
    EXPECT_EQ(mistakes[2].what, "there is no column 9: the first row has 2");
    for (const InputMistake& mistake : mistakes) {
        EXPECT_EQ(mistake.file, "f.csv");
        EXPECT_FALSE(mistake.remedy.empty());
    }
}

TEST(CsvColumns, ask_which_one_is_the_key_when_none_says_so) {
    EXPECT_THAT(missed({"time", "user"}, {}).front().what, testing::HasSubstr("which column"));
    EXPECT_EQ(found({"time", "Key"}).key, 1U);
    EXPECT_EQ(found({"anything"}).key, 0U);
}

}  // namespace odradek
