#pragma once

#include "engine/tools/csv_columns.h"
#include "engine/tools/csv_row.h"
#include "engine/tools/key_source.h"
#include "engine/tools/text_window.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// Keys of CSV text: RFC 4180, any delimiter, byte order mark, LF or CR LF; blank lines are no
/// rows.
///
/// Lines without hard quoting are split here, by memchr; libcsv takes the rest (`CsvRow`). Measured
/// with csv_keys_bench: libcsv alone spends the whole time budget of PF-9 at four columns.
class CsvKeys final : public KeySource {
public:
    /// Reads the first row and finds the columns. Error: all that is wrong with them.
    [[nodiscard]] static std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> open(
        TextWindow window, const KeySourceOptions& options
    );

    [[nodiscard]] std::span<const KeyRecord> next() override;
    [[nodiscard]] const MistakeList& mistakes() const override { return mistakes_; }
    [[nodiscard]] std::string description() const override;

private:
    enum Role : std::uint8_t { key, weight, partition, none };
    static constexpr std::size_t roles = 3;
    static constexpr std::size_t batch_max = 1024;

    struct Field {
        std::string_view text;
        bool is_null = false;
        bool is_there = false;
    };
    using Row = std::array<Field, roles>;

    CsvKeys(TextWindow window, KeySourceOptions options, char delimiter);

    void use(const CsvColumns& columns);
    [[nodiscard]] bool refill();
    void take_line(const WindowLine& line);
    [[nodiscard]] bool take_hard_row();
    [[nodiscard]] bool split(std::string_view line, Row& row) const;
    void take_row(const Row& row, std::string_view text);
    [[nodiscard]] bool read_number(
        const Field& field, Role role, std::string_view text, std::uint64_t& value
    );
    void add_mistake(std::size_t column, std::string what, std::string remedy);
    void end_with(std::size_t column, std::string what, std::string remedy);

    KeySourceOptions options_;
    TextWindow window_;
    char delimiter_;
    CsvRow hard_row_;
    CsvColumns columns_;
    std::vector<Role> role_of_;                  // by field index, up to the last wanted field
    std::array<std::size_t, roles> index_of_{};  // by role; of wanted roles only
    std::size_t line_ = 1;
    std::size_t rows_ = 0;
    bool has_quotes_ = false;  // somewhere in the window; as are zeros
    bool has_zeros_ = false;
    bool is_ended_ = false;
    std::vector<KeyRecord> batch_;
    std::deque<std::string> unquoted_;  // what the batch's views of hard rows point at
    MistakeList mistakes_;
};

}  // namespace odradek
