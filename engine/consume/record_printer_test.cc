#include "engine/consume/record_printer.h"

#include "engine/consume/file.h"

#include <array>
#include <csignal>

#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

Outcome run(RecordPrinter& printer) {
    Record record;
    record.topic = "t";
    return printer.run({.record = record, .attempt = 1, .assignment = Epoch{1}});
}

}  // namespace

TEST(RecordPrinter, writes_whole_lines) {
    std::array<int, 2> ends{-1, -1};
    ASSERT_EQ(pipe(ends.data()), 0);
    const File reader{ends[0]};
    const File writer{ends[1]};
    RecordPrinter printer{writer.get()};
    EXPECT_EQ(run(printer).kind(), Outcome::Kind::done);
    std::array<char, 1000> buffer{};
    const ssize_t size = read(reader.get(), buffer.data(), buffer.size());
    const std::string_view line{buffer.data(), static_cast<std::size_t>(size)};
    EXPECT_TRUE(line.starts_with("{\"topic\":\"t\"")) << line;
    EXPECT_TRUE(line.ends_with("}\n")) << line;
}

TEST(RecordPrinter, calls_no_record_done_that_nobody_could_read) {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    std::array<int, 2> ends{-1, -1};
    ASSERT_EQ(pipe(ends.data()), 0);
    File reader{ends[0]};
    const File writer{ends[1]};
    RecordPrinter printer{writer.get()};
    reader.close_now();
    EXPECT_EQ(run(printer).kind(), Outcome::Kind::retry);
    EXPECT_TRUE(printer.has_failed());
}

}  // namespace odradek::consume
