#include "engine/tools/key_source.h"

#include "engine/tools/test_file.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using KeyFile = TestFile;

struct ReadKey {
    std::optional<std::string> key = {};
    std::uint64_t weight = 1;
    std::int32_t partition = -1;

    friend bool operator==(const ReadKey&, const ReadKey&) = default;
};

struct Everything {
    std::vector<ReadKey> keys;
    std::vector<InputMistake> mistakes;
};

Everything read(const KeySourceOptions& options) {
    Everything everything;
    auto source = open_key_source(options);
    if (!source) {
        everything.mistakes = source.error();
        return everything;
    }
    for (auto batch = (*source)->next(); !batch.empty(); batch = (*source)->next()) {
        for (const KeyRecord& record : batch) {
            ReadKey key{.weight = record.weight, .partition = record.partition};
            if (record.has_key) key.key = std::string(record.key);
            everything.keys.push_back(key);
        }
    }
    const auto mistakes = (*source)->mistakes().kept();
    everything.mistakes.assign(mistakes.begin(), mistakes.end());
    return everything;
}

std::vector<std::string> keys_of(const KeySourceOptions& options) {
    const Everything everything = read(options);
    EXPECT_TRUE(everything.mistakes.empty()) << to_string(everything.mistakes.front());
    std::vector<std::string> keys;
    for (const ReadKey& key : everything.keys) {
        keys.push_back(key.key.value_or("(null)"));
    }
    return keys;
}

/// "line:column: what" of the first mistake, without the file's name.
std::string mistake_of(const KeySourceOptions& options) {
    const Everything everything = read(options);
    if (everything.mistakes.empty()) return "no mistake";
    EXPECT_FALSE(everything.mistakes.front().remedy.empty());
    EXPECT_EQ(everything.mistakes.front().file, options.path);
    return to_string(everything.mistakes.front()).substr(options.path.size() + 1);
}

}  // namespace

TEST(CsvKeys, takes_a_column_by_name_or_by_number) {
    const KeyFile file(".csv", "time,customer_id,amount\n1,ann,5\n2,bob,6\n");
    EXPECT_THAT(
        keys_of({.path = file.path(), .key_column = "customer_id"}), ElementsAre("ann", "bob")
    );
    EXPECT_THAT(keys_of({.path = file.path(), .key_column = "2"}), ElementsAre("ann", "bob"));
}

TEST(CsvKeys, needs_no_column_when_there_is_only_one_and_no_header_when_rows_are_data) {
    const KeyFile data(".csv", "0\n5\n14\n23\n");
    EXPECT_THAT(keys_of({.path = data.path()}), ElementsAre("0", "5", "14", "23"));
    const KeyFile headed(".csv", "customer_id\n0\n5\n");
    EXPECT_THAT(keys_of({.path = headed.path()}), ElementsAre("0", "5"));
    EXPECT_THAT(
        keys_of({.path = headed.path(), .header = CsvHeader::absent}),
        ElementsAre("customer_id", "0", "5")
    );
}

TEST(CsvKeys, understands_quotes_delimiters_and_line_ends_inside_quotes) {
    const KeyFile file(
        ".csv",
        "a;key;b\r\n1;\"x;y\";2\r\n1;\"say "
        "\"\"hi\"\"\";2\r\n1;\"two\nlines\";2\r\n\"1\";plain;\"2\n\"\r\n"
    );
    EXPECT_THAT(
        keys_of({.path = file.path()}), ElementsAre("x;y", "say \"hi\"", "two\nlines", "plain")
    );
}

TEST(CsvKeys, skips_a_byte_order_mark_and_blank_lines_and_takes_a_last_line_without_end) {
    const KeyFile file(".csv", "\xEF\xBB\xBFkey\none\n\n\ntwo");
    EXPECT_THAT(keys_of({.path = file.path()}), ElementsAre("one", "two"));
}

TEST(CsvKeys, tells_no_key_from_the_empty_key) {
    const KeyFile file(".csv", "key,n\n,1\n\"\",2\nNULL,3\n");
    EXPECT_THAT(keys_of({.path = file.path()}), ElementsAre("(null)", "", "NULL"));
    EXPECT_THAT(
        keys_of({.path = file.path(), .null_text = "NULL"}), ElementsAre("(null)", "", "(null)")
    );
}

TEST(CsvKeys, keeps_blanks_and_any_bytes_of_a_key) {
    const KeyFile file(".csv", "key,n\n a b ,1\n\xFF\xFE,2\n\"\t\",3\n");
    EXPECT_THAT(keys_of({.path = file.path()}), ElementsAre(" a b ", "\xFF\xFE", "\t"));
}

TEST(CsvKeys, reads_weights_and_partitions) {
    const KeyFile file(".csv", "key,bytes,p\na,100,3\nb,0,0\n");
    EXPECT_THAT(
        read({.path = file.path(), .weight_column = "bytes", .partition_column = "p"}).keys,
        ElementsAre(ReadKey{"a", 100, 3}, ReadKey{"b", 0, 0})
    );
}

TEST(CsvKeys, reads_the_same_however_the_window_cuts_the_text) {
    std::string text = "id,key\n";
    std::vector<std::string> expected;
    for (int row = 0; row < 200'000; ++row) {  // several windows of 1 MiB
        const bool is_hard = row % 1'000 == 7;
        expected.push_back(is_hard ? "q\"" + std::to_string(row) + "\n" : std::to_string(row));
        text +=
            "7," + (is_hard ? "\"q\"\"" + std::to_string(row) + "\n\"" : expected.back()) + "\n";
    }
    const KeyFile file(".csv", text);
    EXPECT_EQ(keys_of({.path = file.path(), .key_column = "key"}), expected);
}

TEST(CsvKeys, names_the_place_of_a_quote_that_is_never_closed) {
    const KeyFile file(".csv", "key,n\na,1\nb,\"x\nc,2\n");
    EXPECT_EQ(mistake_of({.path = file.path()}), "3:3: this quote is never closed");
}

TEST(CsvKeys, names_the_place_of_a_quote_that_stands_inside_a_field) {
    const KeyFile file(".csv", "key,n\na,1\nb\"c,2\n");
    EXPECT_THAT(mistake_of({.path = file.path()}), HasSubstr("3:2: a quote where none may stand"));
}

TEST(CsvKeys, lists_all_rows_in_which_a_column_is_missing) {
    const KeyFile file(".csv", "n,key\n1,a\n2\n3,b\n4\n");
    const Everything everything = read({.path = file.path()});
    ASSERT_EQ(everything.mistakes.size(), 2U);
    EXPECT_EQ(everything.mistakes[0].line, 3U);
    EXPECT_EQ(everything.mistakes[1].line, 5U);
    EXPECT_THAT(everything.mistakes[0].what, HasSubstr("the key is missing"));
}

TEST(CsvKeys, says_what_the_header_has_when_a_column_is_not_there) {
    const KeyFile file(".csv", "time,customer\n1,a\n");
    EXPECT_EQ(
        mistake_of({.path = file.path(), .key_column = "custmer"}),
        "1:1: there is no column \"custmer\": the header has \"time\", \"customer\""
    );
    EXPECT_THAT(mistake_of({.path = file.path(), .key_column = "7"}), HasSubstr("no column 7"));
    EXPECT_THAT(mistake_of({.path = file.path()}), HasSubstr("which column is the key?"));
}

TEST(CsvKeys, names_the_place_of_a_weight_that_is_none) {
    const KeyFile file(".csv", "key,w\na,1\n\"b,c\",-3\nd,x\ne,\nf,1.5\n");
    const Everything everything = read({.path = file.path(), .weight_column = "w"});
    ASSERT_EQ(everything.mistakes.size(), 4U);
    EXPECT_THAT(
        to_string(everything.mistakes[0]), HasSubstr(":3:7: the weight is \"-3\", below zero")
    );
    EXPECT_THAT(to_string(everything.mistakes[1]), HasSubstr(":4:3: the weight is \"x\""));
    EXPECT_THAT(to_string(everything.mistakes[2]), HasSubstr(":5:3: the weight is \"\""));
    EXPECT_THAT(to_string(everything.mistakes[3]), HasSubstr(":6:3: the weight is \"1.5\""));
}

TEST(CsvKeys, names_the_place_of_binary_junk) {
    const KeyFile file(".csv", std::string("key\nab\nc\0d\n", 11));
    EXPECT_THAT(mistake_of({.path = file.path()}), HasSubstr("3:2: byte 0x00"));
}

TEST(KeySource, calls_binary_junk_binary_whatever_its_name_and_its_first_row) {
    const std::string junk("\x8F\"a\n\xF0 b\0c", 9);
    for (const char* ending : {".csv", ".jsonl", ".bin"}) {
        const KeyFile file(ending, junk);
        EXPECT_THAT(mistake_of({.path = file.path()}), HasSubstr("2:4: byte 0x00"));
    }
}

TEST(KeySource, names_binary_files_empty_files_and_files_without_rows) {
    const KeyFile parquet(".csv", "PAR1\x15\x04");
    EXPECT_THAT(mistake_of({.path = parquet.path()}), HasSubstr("a Parquet file"));
    const KeyFile empty(".txt", "");
    EXPECT_THAT(mistake_of({.path = empty.path()}), HasSubstr("the file is empty"));
    const KeyFile blank(".jsonl", "\n\n");
    EXPECT_THAT(mistake_of({.path = blank.path()}), HasSubstr("only blank lines"));
    const KeyFile header_only(".csv2", "key,n\n");
    EXPECT_THAT(
        mistake_of({.path = header_only.path(), .format = KeyFormat::csv}),
        HasSubstr("no rows below the header")
    );
    EXPECT_THAT(mistake_of({.path = "/nowhere/keys.csv"}), HasSubstr("No such file"));
}

TEST(KeySource, unpacks_gzip_and_zstd_and_tells_when_they_are_cut) {
    std::string text;
    for (int i = 0; i < 50'000; ++i) {
        text += "user-" + std::to_string(i) + "\n";
    }
    const KeyFile file(".txt", text);
    for (const std::string packer : {"gzip -kf", "zstd -qkf"}) {
        const std::string packed = file.path() + (packer[0] == 'g' ? ".gz" : ".zst");
        ASSERT_EQ(std::system((packer + " " + file.path()).c_str()), 0);
        EXPECT_EQ(keys_of({.path = packed}).size(), 50'000U);
        std::filesystem::resize_file(packed, std::filesystem::file_size(packed) / 2);
        EXPECT_THAT(mistake_of({.path = packed}), HasSubstr("cut short"));
        (void)std::remove(packed.c_str());
    }
}

TEST(LineKeys, gives_every_line_of_a_text_longer_than_its_window) {
    std::string text;
    for (int i = 0; i < 300'000; ++i) {
        text += "user-" + std::to_string(i) + "\n";
    }
    const KeyFile file(".txt", text);
    const std::vector<std::string> keys = keys_of({.path = file.path()});
    ASSERT_EQ(keys.size(), 300'000U);
    EXPECT_EQ(keys.back(), "user-299999");
    EXPECT_EQ(keys[150'000], "user-150000");
}

TEST(JsonKeys, takes_text_numbers_null_and_packed_bytes) {
    const KeyFile file(
        ".jsonl",
        "{\"key\":\"a\"}\n{\"key\":42}\n{\"key\":null}\n{\"key\":{\"base64\":\"/"
        "wA=\"}}\n\n{\"key\":\"\"}\n"
    );
    EXPECT_THAT(
        keys_of({.path = file.path()}),
        ElementsAre("a", "42", "(null)", std::string("\xFF\0", 2), "")
    );
}

TEST(JsonKeys, follows_a_path_and_reads_what_kcat_writes) {
    const KeyFile nested(".jsonl", "{\"user\":{\"id\":\"u1\"},\"bytes\":7}\n");
    EXPECT_THAT(
        read({.path = nested.path(), .key_column = "user.id", .weight_column = "bytes"}).keys,
        ElementsAre(ReadKey{"u1", 7, -1})
    );
    const KeyFile kcat(
        ".out", "{\"topic\":\"t\",\"partition\":3,\"offset\":0,\"key\":\"k\",\"payload\":\"v\"}\n"
    );
    EXPECT_THAT(
        read({.path = kcat.path(), .format = KeyFormat::kcat, .partition_column = "partition"})
            .keys,
        ElementsAre(ReadKey{"k", 1, 3})
    );
}

TEST(JsonKeys, names_the_place_of_what_is_no_json_and_of_fields_that_are_missing_or_wrong) {
    const KeyFile file(
        ".jsonl", "{\"key\":\"a\"}\n{\"key\":tru}\n{\"kei\":1}\n{\"key\":1.5}\n{\"key\":\"b\"}\n"
    );
    const Everything everything = read({.path = file.path()});
    EXPECT_EQ(everything.keys.size(), 2U);
    ASSERT_EQ(everything.mistakes.size(), 3U);
    EXPECT_THAT(to_string(everything.mistakes[0]), HasSubstr(":2:11: this is no JSON"));
    EXPECT_THAT(to_string(everything.mistakes[1]), HasSubstr(":3:1: there is no field \"key\""));
    EXPECT_THAT(to_string(everything.mistakes[2]), HasSubstr(":4:1: the key is 1.5"));
    const KeyFile weights(".jsonl", "{\"key\":\"a\",\"w\":-1}\n");
    EXPECT_THAT(
        mistake_of({.path = weights.path(), .weight_column = "w"}), HasSubstr("\"w\" is -1")
    );
}

TEST(LineKeys, takes_whole_lines_or_what_stands_before_kcat_s_delimiter) {
    const KeyFile lines(".txt", "a,b\n c\n\n\"d\"\r\n");
    EXPECT_THAT(keys_of({.path = lines.path()}), ElementsAre("a,b", " c", "\"d\""));
    const KeyFile kcat(".out", "k1:v:1\n:null key\n");
    EXPECT_THAT(
        keys_of({.path = kcat.path(), .format = KeyFormat::kcat, .delimiter = ':'}),
        ElementsAre("k1", "(null)")
    );
}

TEST(LineKeys, names_the_place_of_a_line_without_delimiter_and_of_binary_junk) {
    const KeyFile kcat(".out", "k1:v\nk2\n");
    EXPECT_THAT(
        mistake_of({.path = kcat.path(), .format = KeyFormat::kcat, .delimiter = ':'}),
        HasSubstr("2:1: no delimiter")
    );
    const KeyFile junk(".txt", std::string("a\nb\0", 4));
    EXPECT_THAT(mistake_of({.path = junk.path()}), HasSubstr("2:2: byte 0x00"));
    EXPECT_THAT(
        mistake_of({.path = kcat.path(), .format = KeyFormat::lines, .weight_column = "w"}),
        HasSubstr("no column \"w\"")
    );
}

}  // namespace odradek
