#include "simulator/kernel/streams.h"

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

TEST(Streams, drawing_from_one_stream_does_not_shift_another) {
    Streams quiet{9};
    Streams busy{9};
    for (int i = 0; i < 100; ++i)
        busy.named("load").next();
    EXPECT_EQ(quiet.named("network").next(), busy.named("network").next());
}

TEST(Streams, a_stream_goes_on_where_it_was) {
    Streams streams{9};
    const auto first = streams.named("load").next();
    EXPECT_NE(first, streams.named("load").next());
}

TEST(Streams, another_seed_gives_other_streams) {
    EXPECT_NE(Streams{1}.seed_for("load"), Streams{2}.seed_for("load"));
}

}  // namespace
}  // namespace odradek::sim
