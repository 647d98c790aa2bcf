#include "scenarios/trace_hash.h"

#include <gtest/gtest.h>

namespace odradek::scenarios {

TEST(TraceHash, is_the_sha256_of_the_lines_as_a_file) {
    TraceHash hash;
    hash.add("abc");
    // printf 'abc\n' | sha256sum
    EXPECT_EQ(hash.finish(), "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb");
}

TEST(TraceHash, tells_lines_apart_by_their_breaks) {
    TraceHash one;
    one.add("ab");
    one.add("c");
    TraceHash other;
    other.add("a");
    other.add("bc");
    EXPECT_NE(one.finish(), other.finish());
}

}  // namespace odradek::scenarios
