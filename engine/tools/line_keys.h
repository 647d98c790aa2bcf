#pragma once

#include "engine/tools/key_source.h"
#include "engine/tools/text_lines.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// One key a line; or what `kcat -K DELIMITER` prints, where the key ends at the first delimiter.
/// Blank lines are no records.
class LineKeys final : public KeySource {
public:
    [[nodiscard]] static std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> open(
        TextWindow window, const KeySourceOptions& options
    );

    [[nodiscard]] std::span<const KeyRecord> next() override;
    [[nodiscard]] const MistakeList& mistakes() const override { return lines_.mistakes(); }
    [[nodiscard]] std::string description() const override;

private:
    static constexpr std::size_t batch_max = 1024;

    LineKeys(TextWindow window, KeySourceOptions options);

    void take_line(std::string_view text);

    KeySourceOptions options_;
    TextLines lines_;
    bool is_kcat_;
    std::size_t rows_ = 0;
    std::vector<KeyRecord> batch_;
};

}  // namespace odradek
