#include "odradek/error.h"
#include "odradek/types.h"

#include <cstdio>
#include <string>

int main() {
    const odradek::Error error{odradek::Errc::unknown_topic, "there is none", "orders"};
    std::puts(to_string(error).c_str());
    return to_string(error) == "unknown_topic at orders: there is none" ? 0 : 1;
}
