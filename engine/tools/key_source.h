#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// One record of the input: its key, and how much it weighs.
struct KeyRecord {
    std::string_view key;  ///< valid until the source's next batch
    std::uint64_t weight = 1;
    std::int32_t partition = -1;  ///< where the producer put it; −1 when the input does not say
    bool has_key = true;          ///< false: a null key, `key` is empty
};

/// A place in the input that cannot be used, and what to do about it.
struct InputMistake {
    std::string file;
    std::size_t line = 0;    ///< 1-based; 0 when the mistake is the whole file's
    std::size_t column = 0;  ///< 1-based, in bytes; 0 when the whole line's
    std::string what;        ///< what was found, and what was expected
    std::string remedy;

    friend bool operator==(const InputMistake&, const InputMistake&) = default;
};

/// "keys.csv:3:7: …", without the remedy.
[[nodiscard]] std::string to_string(const InputMistake& mistake);

/// The first mistakes of an input, word for word, and the number of all.
class MistakeList {
public:
    static constexpr std::size_t kept_max = 20;

    void add(InputMistake mistake) {
        ++count_;
        if (kept_.size() < kept_max) kept_.push_back(std::move(mistake));
    }
    [[nodiscard]] std::span<const InputMistake> kept() const { return kept_; }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    std::vector<InputMistake> kept_;
    std::size_t count_ = 0;
};

enum class KeyFormat : unsigned char { automatic, csv, json_lines, lines, kcat };
enum class CsvHeader : unsigned char { automatic, present, absent };

/// What to read and how. Columns are header names or 1-based numbers; in JSON lines, fields, with
/// dots for nested ones.
struct KeySourceOptions {
    std::string path;                         ///< "-" is standard input; gzip and zstd are unpacked
    KeyFormat format = KeyFormat::automatic;  ///< by extension, else by the first byte
    std::string key_column = {};              ///< empty: the only column, or the one named "key"
    std::string weight_column = {};           ///< empty: each record weighs 1
    std::string partition_column = {};        ///< empty: the partition is computed
    char delimiter = '\0';                    ///< '\0': the most frequent of , ; tab | in line 1
    CsvHeader header = CsvHeader::automatic;
    std::optional<std::string> null_text =
        {};  ///< this text means no key, beside an empty CSV field
};

/// A stream of records in batches, in bounded memory. Rows that cannot be used are left out and
/// listed: whoever reads the stream looks at `mistakes()` when it has ended.
class KeySource {
public:
    KeySource() = default;
    KeySource(const KeySource&) = delete;
    KeySource& operator=(const KeySource&) = delete;
    virtual ~KeySource() = default;

    /// The next records, in the input's order; empty at the end, or after a mistake that ends it.
    [[nodiscard]] virtual std::span<const KeyRecord> next() = 0;

    [[nodiscard]] virtual const MistakeList& mistakes() const = 0;

    /// How the input was understood, for the report: `csv, column "customer_id", header in line 1`.
    [[nodiscard]] virtual std::string description() const = 0;
};

/// Opens a file or standard input. Error: all that is wrong with the file or the columns asked for.
[[nodiscard]] std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> open_key_source(
    const KeySourceOptions& options
);

}  // namespace odradek
