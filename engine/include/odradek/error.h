#pragma once

#include <string>

namespace odradek {

/// What went wrong, as far as a caller acts on it differently.
enum class Errc {
    invalid_options,      ///< a setting is wrong; nothing was started
    broker_unreachable,   ///< no broker answered in time
    unknown_topic,        ///< the topic or partition does not exist
    not_authorized,       ///< the cluster refused this user
    commit_refused,       ///< the broker did not take the offsets; they stay to be committed
    commit_unknown,       ///< no answer: the offsets may or may not have been stored
    unreadable_metadata,  ///< foreign or damaged text beside a committed offset, and the policy is
                          ///< fail
    settings_changed,  ///< the offsets were committed under other settings that must match (PS-7)
    fenced,            ///< another member took this one's identity; fatal
    handler_failed,    ///< user code gave up and the policy says stop
    client_failed,     ///< the Kafka client reported a fatal error
    contract,          ///< a bug in Odradek: see ContractViolation
};

/// "broker_unreachable" and so on, for logs and JSON.
[[nodiscard]] constexpr const char* name_of(Errc code) {
    switch (code) {
        case Errc::invalid_options:
            return "invalid_options";
        case Errc::broker_unreachable:
            return "broker_unreachable";
        case Errc::unknown_topic:
            return "unknown_topic";
        case Errc::not_authorized:
            return "not_authorized";
        case Errc::commit_refused:
            return "commit_refused";
        case Errc::commit_unknown:
            return "commit_unknown";
        case Errc::unreadable_metadata:
            return "unreadable_metadata";
        case Errc::settings_changed:
            return "settings_changed";
        case Errc::fenced:
            return "fenced";
        case Errc::handler_failed:
            return "handler_failed";
        case Errc::client_failed:
            return "client_failed";
        case Errc::contract:
            return "contract";
    }
    return "unknown";
}

struct Error {
    Errc code;
    std::string what;   ///< one sentence for a person
    std::string where;  ///< what it was about: a topic-partition, a broker, a call; may be empty

    friend bool operator==(const Error&, const Error&) = default;
};

[[nodiscard]] inline std::string to_string(const Error& error) {
    std::string text = name_of(error.code);
    if (!error.where.empty()) text += " at " + error.where;
    return text + ": " + error.what;
}

}  // namespace odradek
