#include "engine/tools/line_keys.h"

#include <utility>

namespace odradek {

LineKeys::LineKeys(TextWindow window, KeySourceOptions options)
    : options_(std::move(options))
    , window_(std::move(window))
    , is_kcat_(options_.format == KeyFormat::kcat) {
    if (is_kcat_ && options_.delimiter == '\0') options_.delimiter = '\t';
    batch_.reserve(batch_max);
}

std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> LineKeys::open(
    TextWindow window, const KeySourceOptions& options
) {
    std::vector<InputMistake> mistakes;
    for (const std::string* column : {&options.weight_column, &options.partition_column}) {
        if (column->empty()) continue;
        mistakes.push_back(
            {.file = options.path,
             .what = "lines of text have no column \"" + *column + "\"",
             .remedy = "say --input-format csv or jsonl, or leave the column out"}
        );
    }
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (window.unread().starts_with(byte_order_mark)) window.consume(byte_order_mark.size());
    return std::unique_ptr<KeySource>(new LineKeys{std::move(window), options});
}

std::string LineKeys::description() const {
    return is_kcat_ ? "kcat, the key before the first delimiter" : "one key a line";
}

std::span<const KeyRecord> LineKeys::next() {
    batch_.clear();
    while (!is_ended_ && batch_.size() < batch_max) {
        const WindowLine line = window_.line();
        if (line.state == WindowLine::State::end) break;
        if (line.state == WindowLine::State::needs_refill) {
            if (!batch_.empty()) break;
            if (window_.is_overlong()) {
                end_with(1, "this line is longer than 16 MiB", "expected one key a line");
            } else if (const auto filled = window_.refill(); !filled) {
                end_with(0, filled.error().what, "check the file, or pack it again");
            }
            continue;
        }
        take_line(line.text);
        window_.consume(line.bytes);
        ++line_;
    }
    if (batch_.empty() && rows_ == 0 && mistakes_.count() == 0) {
        mistakes_.add(
            {.file = options_.path,
             .what = "there are only blank lines: expected one key a line",
             .remedy = "give a sample of the topic's keys"}
        );
    }
    return batch_;
}

void LineKeys::take_line(std::string_view text) {
    if (text.empty()) return;
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
        end_with(
            zero + 1,
            "byte 0x00: this is binary data, text was expected",
            "write binary keys as JSON lines: {\"key\":{\"base64\":\"…\"}}"
        );
        return;
    }
    KeyRecord record{.key = text};
    if (is_kcat_) {
        const std::size_t stop = text.find(options_.delimiter);
        if (stop == std::string_view::npos) {
            mistakes_.add(
                {.file = options_.path,
                 .line = line_,
                 .column = 1,
                 .what = "no delimiter in this line: expected KEY, delimiter, value",
                 .remedy = "run kcat with -K and say the same character with --delimiter"}
            );
            return;
        }
        record.key = text.substr(0, stop);
        record.has_key = stop > 0;  // kcat prints a null key as nothing
    }
    if (options_.null_text && record.key == *options_.null_text) record.has_key = false;
    if (!record.has_key) record.key = {};
    ++rows_;
    batch_.push_back(record);
}

void LineKeys::end_with(std::size_t column, std::string what, std::string remedy) {
    mistakes_.add(
        {.file = options_.path,
         .line = line_,
         .column = column,
         .what = std::move(what),
         .remedy = std::move(remedy)}
    );
    is_ended_ = true;
}

}  // namespace odradek
