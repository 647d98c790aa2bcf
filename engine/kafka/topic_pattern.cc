#include "engine/kafka/topic_pattern.h"

#include <array>

namespace odradek::kafka {

std::expected<TopicPattern, std::string> TopicPattern::parse(const std::string& text) {
    TopicPattern pattern{text};
    if (!text.starts_with('^')) return pattern;
    auto compiled = std::make_unique<regex_t>();
    const int code = regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
        std::array<char, 128> why{};
        regerror(code, compiled.get(), why.data(), why.size());
        return std::unexpected(std::string(why.data()));
    }
    pattern.expression_ = {compiled.release(), [](regex_t* expression) {
                               regfree(expression);
                               std::unique_ptr<regex_t>{expression}.reset();
                           }};
    return pattern;
}

bool TopicPattern::matches(const std::string& topic) const {
    if (!is_pattern()) return topic == text_;
    return regexec(expression_.get(), topic.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace odradek::kafka
