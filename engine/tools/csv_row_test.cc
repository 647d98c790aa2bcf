#include "engine/tools/csv_row.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using State = CsvRow::State;

std::vector<std::string> fields(std::string_view text, char delimiter = ',') {
    CsvRow row{delimiter};
    EXPECT_EQ(row.parse(text, true).state, State::complete);
    std::vector<std::string> texts;
    for (const CsvField& field : row.fields()) {
        texts.push_back(field.is_null ? "(null)" : field.text);
    }
    return texts;
}

}  // namespace

TEST(CsvRow, takes_quotes_doubled_quotes_delimiters_and_line_ends_inside_them) {
    EXPECT_THAT(
        fields("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",plain\r\n"),
        testing::ElementsAre("a,b", "say \"hi\"", "two\r\nlines", "plain")
    );
    EXPECT_THAT(fields("a|b,c", '|'), testing::ElementsAre("a", "b,c"));
}

TEST(CsvRow, tells_null_from_empty_and_keeps_blanks) {
    EXPECT_THAT(fields(",\"\", x \n"), testing::ElementsAre("(null)", "", " x "));
}

TEST(CsvRow, stops_behind_its_own_line_end) {
    CsvRow row{','};
    const CsvRow::Result result = row.parse("a,\"b\nc\"\nnext,row\n", false);
    EXPECT_EQ(result.state, State::complete);
    EXPECT_EQ(result.bytes, 8U);
}

TEST(CsvRow, needs_more_until_its_quote_is_closed) {
    CsvRow row{','};
    EXPECT_EQ(row.parse("a,\"b\n", false).state, State::needs_more);
    EXPECT_EQ(row.parse("a,\"b\nc\"", false).state, State::needs_more);
    EXPECT_EQ(row.parse("a,\"b\nc\"\n", false).state, State::complete);
}

TEST(CsvRow, points_at_the_quote_that_is_never_closed_and_at_the_one_out_of_place) {
    CsvRow row{','};
    const CsvRow::Result open = row.parse("a,\"b\"\"c\nd", true);
    EXPECT_EQ(open.state, State::unterminated);
    EXPECT_EQ(open.broken_at, 2U);
    const CsvRow::Result inside = row.parse("ab\"c,d\n", true);
    EXPECT_EQ(inside.state, State::misplaced_quote);
    EXPECT_EQ(inside.broken_at, 2U);
}

TEST(CsvFieldBegin, finds_a_field_behind_quoted_delimiters) {
    EXPECT_EQ(csv_field_begin("a,\"b,c\",d", 0, ','), 0U);
    EXPECT_EQ(csv_field_begin("a,\"b,c\",d", 1, ','), 2U);
    EXPECT_EQ(csv_field_begin("a,\"b,c\",d", 2, ','), 8U);
    EXPECT_EQ(csv_field_begin("a,b", 5, ','), 3U);
}

}  // namespace odradek
