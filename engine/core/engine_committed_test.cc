// What the engine takes over from the text beside a committed offset.

#include "engine/core/commit/fingerprint.h"
#include "engine/core/engine.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;
using Offsets = std::vector<std::int64_t>;

constexpr AssignedPartition partition{PartitionIndex{0}, Epoch{1}};

/// A member that owns partition 0, of which `metadata` stands beside offset 0.
class Member {
public:
    explicit Member(
        const EngineOptions& options,
        const std::string& metadata = "",
        std::optional<Offset> log_end = std::nullopt
    )
        : engine_(options, Instant{}) {
        send(PartitionsAssigned{{partition}});
        send(CommittedFetched{
            {{.partition = partition,
              .next_to_read = Offset{0},
              .metadata = metadata,
              .log_end = log_end}}});
    }

    void send(const Event& event) {
        effects.clear();
        engine_.handle(event, now_, effects);
        work.insert(work.end(), effects.work.begin(), effects.work.end());
    }

    /// Delivers offsets 0 … count − 1, each with a key of its own.
    void poll(std::int64_t count) {
        std::vector<std::string> keys;
        for (std::int64_t offset = 0; offset < count; ++offset) {
            keys.push_back(std::to_string(offset));
        }
        std::vector<PolledRecord> records;
        for (std::int64_t offset = 0; offset < count; ++offset) {
            const std::string& key = keys[static_cast<std::size_t>(offset)];
            PolledRecord record{.offset = Offset{offset}, .handle = RecordHandle{++handle_}};
            record.key = std::as_bytes(std::span{key});
            records.push_back(record);
        }
        send(RecordsPolled{partition, records});
    }

    [[nodiscard]] Offsets offsets_out() const {
        Offsets offsets;
        for (const WorkItem& item : work) {
            offsets.push_back(item.offset.value());
        }
        return offsets;
    }

    /// The youngest record that is out is done; what is committed then.
    [[nodiscard]] std::string commit_after_the_last() {
        const FinishedWork finished{.work = work.back().work};
        send(WorkFinished{.finished = {&finished, 1}, .reasons = {}});
        now_ += 5s;
        send(TimePassed{});
        const auto* commit = effect<CommitOffsets>();
        return commit == nullptr ? "" : commit->offsets.at(0).metadata;
    }

    template <typename Wanted>
    [[nodiscard]] const Wanted* effect() const {
        for (const Effect& each : effects.others) {
            if (const auto* wanted = std::get_if<Wanted>(&each)) return wanted;
        }
        return nullptr;
    }

    Effects effects;
    std::vector<WorkItem> work;

private:
    Engine engine_;
    Instant now_{};
    std::uint64_t handle_ = 0;
};

EngineOptions with_settings(std::map<std::string, std::string> must_match) {
    return {.commit = {.must_match = std::move(must_match)}};
}

/// What a member of these settings commits when offset 2 of three is done.
std::string committed_by(const EngineOptions& options) {
    Member member{options};
    member.poll(3);
    return member.commit_after_the_last();
}

}  // namespace

TEST(EngineCommitted, PC13_believes_no_map_beyond_the_end_of_the_log) {
    const std::string text = *encode({Offset{0}, {{Offset{1}, Offset{9}}}}, {});
    Member member{{}, text, Offset{3}};  // the log lost what was at 3 … 8
    ASSERT_NE(member.effect<Notice>(), nullptr);
    EXPECT_EQ(member.effect<Notice>()->kind, Notice::Kind::map_cut);
    member.poll(5);
    EXPECT_EQ(member.offsets_out(), (Offsets{0, 3, 4})) << "3 and 4 are new records";
}

TEST(EngineCommitted, PS7_closes_where_the_offsets_were_committed_under_other_settings) {
    const std::string text = committed_by(with_settings({{"virtual_partitions", "10"}}));
    Member other{with_settings({{"virtual_partitions", "12"}}), text};
    ASSERT_NE(other.effect<LeaveGroup>(), nullptr);
    other.poll(1);
    EXPECT_TRUE(other.work.empty()) << "nothing is processed under the wrong settings";
    other.send(ClientClosed{});
    ASSERT_NE(other.effect<Closed>(), nullptr);
    const Error& cause = *other.effect<Closed>()->cause;
    EXPECT_EQ(cause.code, Errc::settings_changed);
    EXPECT_NE(cause.what.find("'virtual_partitions=10'"), std::string::npos) << cause.what;
    EXPECT_NE(cause.what.find("'virtual_partitions=12'"), std::string::npos) << cause.what;
}

TEST(EngineCommitted, PS7_goes_on_where_the_settings_are_equal_or_nothing_is_known_of_them) {
    const EngineOptions options = with_settings({{"partitioner", "customer"}});
    for (const EngineOptions& before : {options, EngineOptions{}}) {
        Member member{options, committed_by(before)};
        EXPECT_EQ(member.effect<Notice>(), nullptr);
        member.poll(3);
        EXPECT_EQ(member.offsets_out(), (Offsets{0, 1})) << "the map is taken over, too";
    }
}

TEST(EngineCommitted, PS7_replaces_the_settings_where_an_option_names_the_old_ones) {
    const EngineOptions before = with_settings({{"virtual_partitions", "10"}});
    EngineOptions named = with_settings({{"virtual_partitions", "12"}});
    named.commit.may_replace = fingerprint_of("virtual_partitions=10")->value();
    EngineOptions always = with_settings({{"virtual_partitions", "12"}});
    always.commit.on_mismatch = SettingsMismatch::replace;
    for (const EngineOptions& options : {named, always}) {
        Member member{options, committed_by(before)};
        ASSERT_NE(member.effect<Notice>(), nullptr);
        EXPECT_EQ(member.effect<Notice>()->kind, Notice::Kind::settings_replaced);
        member.poll(4);
        const auto decoded = decode(member.commit_after_the_last(), Offset{0}, std::nullopt);
        EXPECT_EQ(decoded.value().fingerprint, fingerprint_of("virtual_partitions=12"));
    }
}

}  // namespace odradek
