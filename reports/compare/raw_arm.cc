// PF-1's measure: one thread that reads batches of 10,000 from the consumer queue, counts and
// destroys.

#include "reports/compare/plain_client.h"

namespace odradek::reports {

namespace {

constexpr std::size_t batch_max = 10'000;

}  // namespace

std::expected<void, Error> run_raw(
    const ArmJob& job, Handled& handled, const std::stop_token& stop
) {
    auto client = PlainClient::open(job);
    if (!client) return std::unexpected(client.error());
    while (!stop.stop_requested()) {
        std::uint64_t records = 0;
        for (rd_kafka_message_t* message : client->read(batch_max)) {
            records += message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? 1U : 0U;
            rd_kafka_message_destroy(message);
        }
        if (records > 0) handled.count(records);
    }
    return {};
}

}  // namespace odradek::reports
