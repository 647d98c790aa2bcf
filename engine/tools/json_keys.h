#pragma once

#include "engine/tools/key_source.h"
#include "engine/tools/text_lines.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// JSON lines: an object a line, also what `kcat -J` and `odradek consume --print` write.
///
/// The key is a string, a whole number (its decimal text), null (no key) or `{"base64":"…"}`. Field
/// names may be paths, `user.id`.
class JsonKeys final : public KeySource {
public:
    [[nodiscard]] static std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> open(
        TextWindow window, const KeySourceOptions& options
    );

    [[nodiscard]] std::span<const KeyRecord> next() override;
    [[nodiscard]] const MistakeList& mistakes() const override { return lines_.mistakes(); }
    [[nodiscard]] std::string description() const override;

private:
    static constexpr std::size_t batch_max = 256;

    JsonKeys(TextWindow window, KeySourceOptions options);

    void take_line(std::string_view text);

    KeySourceOptions options_;
    TextLines lines_;
    std::size_t rows_ = 0;
    std::vector<KeyRecord> batch_;
    std::deque<std::string> keys_;  // what the batch's views point at
};

}  // namespace odradek
