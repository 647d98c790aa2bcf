#pragma once

#include "engine/local_kafka/process.h"
#include "scenarios/member_orders.h"
#include "scenarios/real_ledger.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// Where the processes of a run find what they need.
struct MemberFiles {
    std::filesystem::path program;   ///< odradek-chaos
    std::filesystem::path folder;    ///< for tasks, ledgers and logs
    std::filesystem::path scenario;  ///< the scenario's file in it
};

/// One member of a group: a process after the other, as it is killed, stopped and started again.
///
/// Each life has a ledger of its own, member-N-LIFE.ledger. A process ends with the run, also when
/// the run is killed.
class MemberProcess {
public:
    MemberProcess(MemberFiles files, RealMember::Place place, RealLedger& ledger);
    MemberProcess(MemberProcess&& other) noexcept;
    MemberProcess& operator=(MemberProcess&&) = delete;
    MemberProcess(const MemberProcess&) = delete;
    MemberProcess& operator=(const MemberProcess&) = delete;
    ~MemberProcess();

    /// Nothing if there is a process; one that is leaving is followed by the next when it has left.
    /// Error: none can be made.
    [[nodiscard]] std::expected<void, Error> start();

    void kill();                ///< SIGKILL: nothing more is said or done
    void freeze();              ///< SIGSTOP
    void thaw();                ///< SIGCONT
    void stop(Duration limit);  ///< asks it to leave cleanly; tick() sees that it has
    void order(const MemberOrder& order);

    /// Reads what it wrote down, and notices its end.
    void tick();

    [[nodiscard]] bool is_up() const { return process_.has_value(); }
    [[nodiscard]] bool is_frozen() const { return is_frozen_; }

    /// Has partitions read to their end and works on nothing, by its own word; or is down.
    [[nodiscard]] bool is_caught_up() const { return !is_up() || is_caught_up_; }

    /// Broken promises that it reported, and deaths that nobody ordered.
    [[nodiscard]] const std::vector<std::string>& contracts() const { return contracts_; }

private:
    [[nodiscard]] std::filesystem::path file(const char* ending) const;
    void read();
    void forget_process();

    MemberFiles files_;
    RealMember::Place place_;
    RealLedger& ledger_;
    std::uint32_t life_ = 0;
    /// A process counts its assignments from 1; a member goes on from where the last one ended.
    std::uint32_t epochs_before_ = 0;
    std::uint32_t epochs_ = 0;
    std::optional<local_kafka::ProcessId> process_;
    std::optional<LedgerReader> reader_;
    int orders_ = -1;  ///< write end of its standard input
    bool is_frozen_ = false;
    bool is_stopping_ = false;
    bool starts_again_ = false;  ///< when the process that is leaving has left
    bool is_caught_up_ = false;
    std::vector<std::string> contracts_;
};

}  // namespace odradek::scenarios
