#include "odradek/chaos.h"

#include <cstdio>

int main() {
    std::uint64_t handled = 0;
    const auto result = odradek::chaos::run(
        {.scenario = "rebalance/crash-and-return",
         .make_handler =
             [&](int) {
                 return [&](const odradek::RecordContext&) {
                     ++handled;
                     return odradek::Outcome::done();
                 };
             }},
        1
    );
    std::puts(result ? result->story.c_str() : result.error().c_str());
    return result && result->passed && handled >= result->records ? 0 : 1;
}
