#include "engine/base/markup_text.h"

namespace odradek {

std::string escaped(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char letter : text) {
        switch (letter) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\t':
            case '\n':
            case '\r':
                result += letter;
                break;
            default:
                result += static_cast<unsigned char>(letter) < 0x20 ? '?' : letter;
        }
    }
    return result;
}

}  // namespace odradek
