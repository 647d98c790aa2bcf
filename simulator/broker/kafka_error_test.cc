#include "simulator/broker/kafka_error.h"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

TEST(KafkaError, every_code_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    constexpr auto last = static_cast<int>(KafkaError::client_destroy);
    for (int code = 0; code <= last; ++code) {
        names.insert(name_of(static_cast<KafkaError>(code)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
    EXPECT_FALSE(names.contains("?"));
}

}  // namespace
}  // namespace odradek::sim
