#pragma once

#include "odradek/clock.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace odradek::conformance {

struct TopicPlace {
    std::string topic;
    std::int32_t partition = 0;

    friend auto operator<=>(const TopicPlace&, const TopicPlace&) = default;
};

struct PlacedOffset {
    TopicPlace place;
    std::int64_t offset = 0;
    std::string metadata{};
};

/// One consumer's settings, by librdkafka's names; the defaults are those of the broker model's
/// cases.
struct MemberSettings {
    std::string group = "g";
    std::vector<std::string> topics = {"t"};  ///< subscribed; empty: it only assigns by hand
    std::string assignor = "range";
    std::string static_id;
    Duration session = std::chrono::seconds{6};
    Duration heartbeat = std::chrono::milliseconds{500};
    Duration max_poll = std::chrono::minutes{5};
    Duration metadata_refresh = std::chrono::minutes{5};
    std::string reset = "earliest";
    bool read_uncommitted = false;  ///< isolation.level
    bool partition_eof = false;
    bool stores_by_hand = false;  ///< enable.auto.offset.store off: Member::store()
    bool auto_commit = false;
};

/// What one consumer saw. Lines in the order of its polls; records as runs of offsets that follow
/// each other, since order between partitions is never promised (BM-25).
struct Seen {
    std::vector<std::string> lines;
    std::map<TopicPlace, std::vector<std::pair<std::int64_t, std::int64_t>>> runs;

    void saw(std::string line);
    void read(const TopicPlace& place, std::int64_t offset);

    [[nodiscard]] std::size_t count(std::string_view prefix) const;
    [[nodiscard]] std::int64_t records(const TopicPlace& place) const;
};

/// A consumer in one of the worlds, driven from outside. Calls return at once; what comes of them
/// is in seen().
class Member {
public:
    explicit Member(std::string name) : name_(std::move(name)) {}
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    virtual ~Member() = default;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] Seen& seen() { return seen_; }

    /// Whether rebalance events are answered as they come; answer() answers the last one.
    virtual void answer_at_once(bool yes) = 0;
    virtual void answer() = 0;

    /// Whether it polls. Begins with yes.
    virtual void poll(bool yes) = 0;

    virtual void commit(const std::vector<PlacedOffset>& offsets) = 0;
    virtual void assign_by_hand(const std::vector<PlacedOffset>& from) = 0;
    virtual void pause(const TopicPlace& place) = 0;
    virtual void resume(const TopicPlace& place) = 0;
    virtual void seek(const TopicPlace& place, std::int64_t offset) = 0;
    virtual void close() = 0;

    /// A line with the application's position (BM-289).
    virtual void tell_position(const TopicPlace& place) = 0;

    // Stored offsets (BM-229, BM-230); the first gives a line with the answer.
    virtual void store(const std::vector<PlacedOffset>& offsets) = 0;
    virtual void commit_stored() = 0;

    /// The process: stopped (SIGSTOP), continued, killed.
    virtual void freeze() = 0;
    virtual void thaw() = 0;
    virtual void kill() = 0;

private:
    std::string name_;
    Seen seen_;
};

/// A transactional producer. Every call waits for its answer, an error name.
class Producer {
public:
    Producer() = default;
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;
    virtual ~Producer() = default;

    virtual std::string begin() = 0;
    virtual std::string produce(const TopicPlace& place, int records) = 0;
    virtual std::string send_offset(const std::string& group, const PlacedOffset& offset) = 0;
    virtual std::string commit() = 0;
    virtual std::string abort() = 0;
};

/// A world in which a case runs: the local Kafka with librdkafka, or the simulator. Topics and
/// groups have the case's own names; a world makes them unique.
class Rig {
public:
    Rig() = default;
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;
    virtual ~Rig() = default;

    virtual void create_topic(const std::string& name, int partitions) = 0;
    virtual void add_partitions(const std::string& topic, int count_after) = 0;
    virtual void produce(const TopicPlace& place, int records) = 0;
    virtual void delete_records(const TopicPlace& place, std::int64_t before) = 0;
    virtual void delete_topic(const std::string& name) = 0;

    // Compaction (BM-37): a topic of one partition, records by key, and a cleaning of all that was
    // there before `last`, which is appended first so that the older segment is closed.
    virtual void create_compacted_topic(const std::string& name) = 0;
    virtual void produce_key(const TopicPlace& place, const std::string& key) = 0;
    virtual void compact(const TopicPlace& place, const std::string& last) = 0;

    /// Takes the transactional id over (BM-240, BM-241).
    virtual Producer& add_producer(const std::string& transactional_id) = 0;

    // Brokers die (SIGKILL) and come back; only where the case has a cluster of its own.
    virtual void kill_leader(const TopicPlace& place) = 0;
    virtual void kill_coordinator(const std::string& group) = 0;
    virtual void restart_brokers() = 0;

    /// Starts a consumer; its name orders it among the members of its group.
    virtual Member& add(const std::string& name, const MemberSettings& settings) = 0;

    /// Lets time pass.
    virtual void wait(Duration span) = 0;

    /// Lets time pass until `done` holds, at most `limit`; a miss becomes a line of the trace.
    void until(const std::string& what, Duration limit, const std::function<bool()>& done);

    /// Waits for the nth line of a member that begins with `prefix`.
    void until_seen(Member& member, std::string_view prefix, std::size_t count = 1);

    /// Waits until a member has got so many records of a partition, repeated ones included.
    void until_read(Member& member, const TopicPlace& place, std::int64_t records);

    /// What the group has stored, read by somebody outside: "5 'text'" or "none".
    [[nodiscard]] virtual std::string committed(
        const std::string& group, const TopicPlace& place
    ) = 0;

    /// "Stable, 2 members".
    [[nodiscard]] virtual std::string group_state(const std::string& group) = 0;

    void note(const std::string& what, const std::string& text);

    /// All that was seen, as text: notes first, then each member.
    [[nodiscard]] std::string trace();

protected:
    virtual std::vector<Member*> members() = 0;

private:
    std::vector<std::string> notes_;
};

/// One differential case: the same steps in both worlds, the traces compared.
struct Case {
    std::string_view id;    ///< "FT_4" of the broker model, or "OD_1" for our own
    std::string_view rule;  ///< what it shows, as a sentence in snake_case
    void (*steps)(Rig& rig);
    int own_brokers = 0;  ///< it kills some: a cluster of so many for it alone
};

[[nodiscard]] const std::vector<Case>& all_cases();

/// "COMMIT t-0 NO_ERROR t-1 UNKNOWN_MEMBER_ID".
[[nodiscard]] std::string commit_line(std::vector<std::pair<TopicPlace, std::string>> entries);

/// Text that has no bytes but printable ASCII: others as \xNN; long runs of one character counted.
[[nodiscard]] std::string printable(std::string_view bytes);

}  // namespace odradek::conformance
