#include "property-tests/conformance/kafka_rig.h"

#include "engine/kafka/admin.h"
#include "engine/kafka/group_offsets.h"
#include "engine/kafka/producer.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <deque>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek::conformance {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what);
}

/// A child with pipes to its standard input and from its standard output.
class Child {
public:
    explicit Child(std::vector<std::string> words) {
        std::array<int, 2> in{};
        std::array<int, 2> out{};
        if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) fail("no pipe");
        posix_spawn_file_actions_t actions{};
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
        std::vector<char*> arguments;
        for (std::string& word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const int error =
            posix_spawn(&process_, arguments[0], &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        close(in[0]);
        close(out[1]);
        to_ = in[1];
        from_ = out[0];
        if (error != 0) fail("cannot start " + words.front());
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        close(to_);
        close(from_);
        signal(SIGKILL);
        waitpid(process_, nullptr, 0);
    }

    void tell(const std::string& line) const {
        const std::string text = line + "\n";
        if (write(to_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            fail("a member has gone");
    }

    /// The lines that are there, without waiting.
    [[nodiscard]] std::vector<std::string> lines() {
        fcntl(from_, F_SETFL, O_NONBLOCK);
        std::array<char, 65536> bytes{};
        ssize_t count = 0;
        while ((count = ::read(from_, bytes.data(), bytes.size())) > 0)
            input_.append(bytes.data(), static_cast<std::size_t>(count));
        has_ended_ = has_ended_ || count == 0;
        return take_lines();
    }

    /// Everything until the child has ended.
    [[nodiscard]] std::vector<std::string> all_lines() {
        std::array<char, 65536> bytes{};
        for (ssize_t count = 0; (count = ::read(from_, bytes.data(), bytes.size())) > 0;)
            input_.append(bytes.data(), static_cast<std::size_t>(count));
        return take_lines();
    }

    /// Where its lines come out; negative once it has ended.
    [[nodiscard]] int output() const { return has_ended_ ? -1 : from_; }

    /// Waits for a line.
    [[nodiscard]] std::string next_line() {
        std::array<char, 4096> bytes{};
        std::size_t end = 0;
        while ((end = input_.find('\n')) == std::string::npos) {
            pollfd file{.fd = from_, .events = POLLIN, .revents = 0};
            ::poll(&file, 1, -1);
            const ssize_t count = ::read(from_, bytes.data(), bytes.size());
            if (count <= 0) fail("a process has ended");
            input_.append(bytes.data(), static_cast<std::size_t>(count));
        }
        std::string line = input_.substr(0, end);
        input_.erase(0, end + 1);
        return line;
    }

    void signal(int number) const { ::kill(process_, number); }

private:
    [[nodiscard]] std::vector<std::string> take_lines() {
        std::vector<std::string> lines;
        for (std::size_t end = 0; (end = input_.find('\n')) != std::string::npos;) {
            lines.push_back(input_.substr(0, end));
            input_.erase(0, end + 1);
        }
        return lines;
    }

    pid_t process_ = -1;
    int to_ = -1;
    int from_ = -1;
    bool has_ended_ = false;
    std::string input_;
};

std::string to_hex(std::string_view bytes) {
    std::string text = "x";
    for (const char byte : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

long long in_ms(Duration span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

std::vector<std::string> words_for(const std::string& name, const MemberSettings& settings) {
    std::vector<std::string> words{
        "client.id=" + name,
        "group.id=" + settings.group,
        "partition.assignment.strategy=" + settings.assignor,
        fmt::format("session.timeout.ms={}", in_ms(settings.session)),
        fmt::format("heartbeat.interval.ms={}", in_ms(settings.heartbeat)),
        fmt::format("max.poll.interval.ms={}", in_ms(settings.max_poll)),
        fmt::format("topic.metadata.refresh.interval.ms={}", in_ms(settings.metadata_refresh)),
        "auto.offset.reset=" + settings.reset,
        "log_level=0",
        fmt::format("enable.auto.commit={}", settings.auto_commit),
        fmt::format("enable.auto.offset.store={}", !settings.stores_by_hand),
        fmt::format("enable.partition.eof={}", settings.partition_eof),
        fmt::format(
            "isolation.level=read_{}", settings.read_uncommitted ? "uncommitted" : "committed"
        )};
    if (!settings.static_id.empty()) words.push_back("group.instance.id=" + settings.static_id);
    return words;
}

class KafkaMemberProcess final : public Member {
public:
    KafkaMemberProcess(
        std::string name, std::vector<std::string> words, const std::vector<std::string>& topics
    )
        : Member(std::move(name))
        , child_(std::move(words)) {
        if (!topics.empty()) child_.tell(fmt::format("subscribe {}", fmt::join(topics, " ")));
    }

    void answer_at_once(bool yes) override { child_.tell(fmt::format("answers {:d}", yes)); }
    void answer() override { child_.tell("answer"); }
    void poll(bool yes) override { child_.tell(fmt::format("polls {:d}", yes)); }
    void commit(const std::vector<PlacedOffset>& offsets) override {
        std::string text = "commit";
        for (const PlacedOffset& each : offsets)
            text += in_words(each.place, each.offset) + " " + to_hex(each.metadata);
        child_.tell(text);
    }
    void assign_by_hand(const std::vector<PlacedOffset>& from) override {
        std::string text = "assign";
        for (const PlacedOffset& each : from)
            text += in_words(each.place, each.offset);
        child_.tell(text);
    }
    void pause(const TopicPlace& place) override { tell_and_wait("pause" + in_words(place, 0)); }
    void resume(const TopicPlace& place) override { tell_and_wait("resume" + in_words(place, 0)); }
    void seek(const TopicPlace& place, std::int64_t offset) override {
        tell_and_wait("seek" + in_words(place, offset));
    }
    void close() override { child_.tell("close"); }
    void tell_position(const TopicPlace& place) override {
        child_.tell("position" + in_words(place, 0));
    }
    void store(const std::vector<PlacedOffset>& offsets) override {
        std::string text = "store";
        for (const PlacedOffset& each : offsets)
            text += in_words(each.place, each.offset);
        child_.tell(text);
    }
    void commit_stored() override { child_.tell("commit-stored"); }
    void freeze() override { child_.signal(SIGSTOP); }
    void thaw() override { child_.signal(SIGCONT); }
    void kill() override { child_.signal(SIGKILL); }

    [[nodiscard]] int output() const { return child_.output(); }

    void take_in() {
        for (const std::string& line : child_.lines())
            take(line);
    }

private:
    /// The command has been obeyed when this returns.
    void tell_and_wait(const std::string& command) {
        child_.tell(command);
        for (std::string line = child_.next_line(); line != "DONE"; line = child_.next_line())
            take(line);
    }

    void take(const std::string& line) {
        if (line.starts_with("BROKEN ")) fail(name() + ": " + line);
        if (!line.starts_with("READ ")) return seen().saw(line);
        std::array<char, 256> topic{};
        int partition = 0;
        long long offset = 0;
        if (std::sscanf(line.c_str(), "READ %255s %d %lld", topic.data(), &partition, &offset) == 3)
            seen().read({topic.data(), partition}, offset);
    }

    static std::string in_words(const TopicPlace& place, std::int64_t offset) {
        return fmt::format(" {} {} {}", place.topic, place.partition, offset);
    }

    Child child_;
};

class KafkaProducerProcess final : public Producer {
public:
    explicit KafkaProducerProcess(std::vector<std::string> words) : child_(std::move(words)) {
        if (const std::string answer = child_.next_line(); answer != "NO_ERROR")
            fail("init: " + answer);
    }
    std::string begin() override { return ask("begin"); }
    std::string produce(const TopicPlace& place, int records) override {
        return ask(fmt::format("produce {} {} {}", place.topic, place.partition, records));
    }
    std::string send_offset(const std::string& group, const PlacedOffset& offset) override {
        const TopicPlace& place = offset.place;
        return ask(
            fmt::format("offset {} {} {} {}", group, place.topic, place.partition, offset.offset)
        );
    }
    std::string commit() override { return ask("commit"); }
    std::string abort() override { return ask("abort"); }

private:
    std::string ask(const std::string& command) {
        child_.tell(command);
        return child_.next_line();
    }

    Child child_;
};

class KafkaRig final : public Rig {
public:
    explicit KafkaRig(KafkaPlace place)
        : bootstrap_(std::move(place.bootstrap))
        , program_(std::move(place.member_program))
        , prefix_(std::move(place.prefix))
        , brokers_(place.brokers) {}

    void create_topic(const std::string& name, int partitions) override {
        auto admin = kafka::Admin::open(bootstrap_);
        if (!admin || !admin->create_topic({.name = prefix_ + name, .partitions = partitions}))
            fail("no topic could be made");
    }
    void add_partitions(const std::string& topic, int count_after) override {
        (void)ask_admin({"partitions", topic, std::to_string(count_after)});
    }
    void create_compacted_topic(const std::string& name) override {
        auto admin = kafka::Admin::open(bootstrap_);
        const kafka::TopicSpec topic{
            .name = prefix_ + name,
            .settings = {
                {"cleanup.policy", "compact"},
                {"segment.ms", "200"},
                {"min.cleanable.dirty.ratio", "0.001"},
                {"min.compaction.lag.ms", "0"}}};
        if (!admin || !admin->create_topic(topic)) fail("no compacted topic could be made");
    }
    void produce_key(const TopicPlace& place, const std::string& key) override {
        send(place, key, 1);
    }
    void compact(const TopicPlace& place, const std::string& last) override {
        wait(std::chrono::seconds{1});  // the segment is old enough to be closed by the next record
        send(place, last, 1);
        wait(std::chrono::seconds{5});  // the cleaner looks often in a cluster of the case's own
    }
    void produce(const TopicPlace& place, int records) override { send(place, "k", records); }
    void send(const TopicPlace& place, const std::string& key, int records) {
        if (!producer_) {
            auto opened = kafka::KafkaProducer::open(bootstrap_, {});
            if (!opened) fail("no producer");
            producer_.emplace(std::move(*opened));
        }
        static constexpr std::array<char, 10> value{};
        for (int i = 0; i < records; ++i) {
            const auto sent = producer_->send(
                {.topic = prefix_ + place.topic,
                 .partition = PartitionId{place.partition},
                 .key = std::as_bytes(std::span{key}),
                 .value = std::as_bytes(std::span{value}),
                 .headers = {}},
                0
            );
            if (!sent) fail("a record could not be sent");
        }
        bool stored = true;
        const bool all =
            producer_->flush(std::chrono::seconds{15}, [&](const kafka::Delivery& delivery) {
                stored = stored && !delivery.error;
            });
        if (!all || !stored) fail("a record was not stored");
    }
    void delete_records(const TopicPlace& place, std::int64_t before) override {
        (void)ask_admin(
            {"delete-records", place.topic, std::to_string(place.partition), std::to_string(before)}
        );
    }
    void delete_topic(const std::string& name) override {
        auto admin = kafka::Admin::open(bootstrap_);
        if (!admin || !admin->delete_topic(prefix_ + name)) fail("no topic could be deleted");
    }
    Producer& add_producer(const std::string& transactional_id) override {
        return *producers_.emplace_back(std::make_unique<KafkaProducerProcess>(
            std::vector<std::string>{program_, bootstrap_, prefix_, "--producer", transactional_id}
        ));
    }
    void kill_leader(const TopicPlace& place) override {
        kill(ask_admin({"leader", place.topic, std::to_string(place.partition)}));
    }
    void kill_coordinator(const std::string& group) override {
        kill(ask_admin({"coordinator", group}));
    }
    void restart_brokers() override {
        for (const int node : std::exchange(killed_, {})) {
            if (!brokers_->restart_node(node)) fail("a broker does not come back");
        }
    }
    Member& add(const std::string& name, const MemberSettings& settings) override {
        std::vector<std::string> words{program_, bootstrap_, prefix_};
        for (std::string& word : words_for(name, settings))
            words.push_back(std::move(word));
        members_.push_back(
            std::make_unique<KafkaMemberProcess>(name, std::move(words), settings.topics)
        );
        return *members_.back();
    }
    void wait(Duration span) override {
        const auto end = std::chrono::steady_clock::now() + span;  // this world's own clock
        for (auto left = span; left > Duration{}; left = end - std::chrono::steady_clock::now()) {
            std::vector<pollfd> files;
            for (const auto& member : members_)
                files.push_back({.fd = member->output(), .events = POLLIN, .revents = 0});
            ::poll(files.data(), files.size(), static_cast<int>(in_ms(left)) + 1);
            for (const auto& member : members_)
                member->take_in();
        }
    }
    std::string committed(const std::string& group, const TopicPlace& place) override {
        const auto offsets = kafka::read_group_offsets(
            {.brokers = bootstrap_, .group = prefix_ + group, .topic = prefix_ + place.topic}
        );
        if (!offsets) fail("the group's offsets cannot be read");
        for (const kafka::GroupOffset& each : *offsets) {
            if (each.partition.partition.value() != place.partition) continue;
            return fmt::format("{} '{}'", each.next_to_read.value(), printable(each.metadata));
        }
        return "none";
    }
    std::string group_state(const std::string& group) override {
        return ask_admin({"group", group});
    }

protected:
    std::vector<Member*> members() override {
        std::vector<Member*> all;
        for (const auto& member : members_)
            all.push_back(member.get());
        return all;
    }

private:
    [[nodiscard]] std::string ask_admin(const std::vector<std::string>& verb) const {
        std::vector<std::string> words{program_, bootstrap_, prefix_, "--admin"};
        words.insert(words.end(), verb.begin(), verb.end());
        const std::vector<std::string> lines = Child{std::move(words)}.all_lines();
        if (lines.empty() || lines.back().starts_with("BROKEN")) {
            fail(fmt::format("{}: {}", verb.front(), lines.empty() ? "no answer" : lines.back()));
        }
        return lines.back();
    }

    void kill(const std::string& node) {
        killed_.push_back(std::stoi(node));
        brokers_->kill_node(killed_.back());
    }

    std::string bootstrap_;
    std::string program_;
    std::string prefix_;
    local_kafka::LocalKafka* brokers_;
    std::vector<int> killed_;
    std::deque<std::unique_ptr<KafkaProducerProcess>> producers_;
    std::optional<kafka::KafkaProducer> producer_;
    std::deque<std::unique_ptr<KafkaMemberProcess>> members_;
};

}  // namespace

std::unique_ptr<Rig> make_kafka_rig(KafkaPlace place) {
    return std::make_unique<KafkaRig>(std::move(place));
}

}  // namespace odradek::conformance
