#include "engine/tools/readable_key.h"

#include "engine/base/json_text.h"

namespace odradek {

std::string readable_key(std::string_view key) {
    return is_utf8(key) ? std::string(key) : "base64:" + to_base64(key);
}

}  // namespace odradek
