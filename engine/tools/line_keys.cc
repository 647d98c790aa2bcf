#include "engine/tools/line_keys.h"

#include <utility>

namespace odradek {

LineKeys::LineKeys(TextWindow window, KeySourceOptions options)
    : options_(std::move(options))
    , lines_(std::move(window), options_.path, "expected one key a line")
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
    return std::unique_ptr<KeySource>(new LineKeys{std::move(window), options});
}

std::string LineKeys::description() const {
    return is_kcat_ ? "kcat, the key before the first delimiter" : "one key a line";
}

std::span<const KeyRecord> LineKeys::next() {
    using Refill = TextLines::Refill;
    batch_.clear();
    while (batch_.size() < batch_max) {
        const auto line = lines_.next(batch_.empty() ? Refill::allowed : Refill::forbidden);
        if (!line) break;
        take_line(*line);
    }
    if (batch_.empty() && rows_ == 0 && mistakes().count() == 0) lines_.add_only_blank_lines();
    return batch_;
}

void LineKeys::take_line(std::string_view text) {
    if (text.empty()) return;
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
        lines_.end_with(
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
            lines_.add_mistake(
                1,
                "no delimiter in this line: expected KEY, delimiter, value",
                "run kcat with -K and say the same character with --delimiter"
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

}  // namespace odradek
