#include "engine/kafka/error_map.h"

#include <gtest/gtest.h>

namespace odradek::kafka {

TEST(ErrorMap, keeps_librdkafkas_name_and_text_beside_our_code) {
    const Error error = to_error(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "127.0.0.1:1");
    EXPECT_EQ(error.code, Errc::broker_unreachable);
    EXPECT_EQ(error.where, "127.0.0.1:1");
    EXPECT_EQ(error.what.rfind("_ALL_BROKERS_DOWN: ", 0), 0U) << error.what;
}

TEST(ErrorMap, tells_a_refused_commit_from_a_broken_client) {
    EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, "").code, Errc::commit_refused);
    EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "").code, Errc::fenced);
    EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR__BAD_MSG, "", "crc").what, "_BAD_MSG: crc");
    EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR__BAD_MSG, "").code, Errc::client_failed);
}

}  // namespace odradek::kafka
