#pragma once

#include <expected>
#include <memory>
#include <string>
#include <utility>

#include <regex.h>

namespace odradek::kafka {

/// An entry of ConsumerOptions::topics: the name of a topic, or a pattern when it begins with ^
/// (POSIX extended, as librdkafka takes it).
class TopicPattern {
public:
    /// Error: what is wrong with the pattern.
    [[nodiscard]] static std::expected<TopicPattern, std::string> parse(const std::string& text);

    [[nodiscard]] bool is_pattern() const { return expression_ != nullptr; }
    [[nodiscard]] bool matches(const std::string& topic) const;

private:
    explicit TopicPattern(std::string text) : text_(std::move(text)) {}

    std::string text_;
    std::shared_ptr<const regex_t> expression_;  // null for a name
};

}  // namespace odradek::kafka
