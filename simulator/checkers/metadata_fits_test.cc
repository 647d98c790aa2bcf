#include "simulator/checkers/metadata_fits.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(MetadataFits, counts_as_the_broker_does) {
    TestTrace trace;
    trace.assigned(0, 0).committed(0, 0, 1, "\xC3\xA9\xC3\xA9\xC3\xA9");  // 3 units in 6 bytes
    EXPECT_TRUE(trace.judged_by("metadata_fits", {.metadata_chars_max = 3}).empty());
    EXPECT_EQ(trace.judged_by("metadata_fits", {.metadata_chars_max = 2}).size(), 1U);
}

}  // namespace odradek::sim
