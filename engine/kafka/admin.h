#pragma once

#include "odradek/error.h"

#include <chrono>
#include <expected>
#include <map>
#include <memory>
#include <string>

namespace odradek::kafka {

struct TopicSpec {
    std::string name;
    int partitions = 1;
    int replicas = -1;  ///< -1: the cluster's default.replication.factor
    std::map<std::string, std::string> settings = {};  ///< as in Kafka's topic configuration
};

/// Topics of a cluster, made and removed. Every call blocks, at most `limit`.
///
/// Errors: broker_unreachable (no answer in time), invalid_options (the cluster refuses the name, a
/// number or a setting), not_authorized, unknown_topic, client_failed (the rest).
class Admin {
public:
    [[nodiscard]] static std::expected<Admin, Error> open(
        const std::string& bootstrap, std::chrono::milliseconds limit = std::chrono::seconds(15)
    );
    Admin(Admin&&) noexcept;
    Admin& operator=(Admin&&) noexcept;
    Admin(const Admin&) = delete;
    Admin& operator=(const Admin&) = delete;
    ~Admin();

    /// Returns when every partition has a leader. False: a topic of that name was there already.
    [[nodiscard]] std::expected<bool, Error> create_topic(const TopicSpec& topic);
    [[nodiscard]] std::expected<void, Error> delete_topic(const std::string& name);
    /// Error unknown_topic when there is none of that name.
    [[nodiscard]] std::expected<int, Error> partition_count(const std::string& name);

private:
    struct Client;  // librdkafka's handles: admin.cc
    explicit Admin(std::unique_ptr<Client> client);
    std::unique_ptr<Client> client_;
};

}  // namespace odradek::kafka
