// The world around the engine: configuration files of any text, and the simulated broker beside
// lists that are plainly right (TK-2, TS-2).

#include "engine/base/random.h"
#include "engine/config/engine_options.h"
#include "engine/config/units.h"
#include "engine/core/offsets/metadata_text.h"
#include "simulator/broker/committed_offsets.h"
#include "simulator/broker/log.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

struct Read {
    EngineOptions options;
    std::vector<ConfigError> errors;
};

Read read(const std::string& yaml) {
    Read result;
    const auto node = parse_yaml(yaml, "f.yml");
    if (!node) return {.options = {}, .errors = node.error()};
    ConfigReader reader("f.yml");
    read_engine_options(reader, *node, "engine", result.options);
    result.errors = reader.errors();
    return result;
}

/// Values as people write them, right and wrong, for the field of a random row.
std::string draw_value(Random& random) {
    static const std::vector<std::string> values{"0",         "1",         "16",
                                                 "100000",    "-1",        "1e9",
                                                 "key",       "partition", "unordered",
                                                 "true",      "null",      "~",
                                                 "5s",        "20ms",      "2m",
                                                 "-5s",       "0s",        "1.5h",
                                                 "64KiB",     "256MiB",    "0.1%",
                                                 "stop",      "skip",      "dead_letter",
                                                 "ignore",    "fail",      "odradek",
                                                 "confluent", "none",      "\"\"",
                                                 "[1, 2]",    "{a: b}",    "99999999999999999999",
                                                 "0x10",      "'",         "!!binary aGk=",
                                                 "&a 1",      "*a",        "|",
                                                 "\xC3\xA4",  "\x01"};
    return values[random.below(values.size())];
}

std::string draw_yaml(Random& random) {
    const auto rows = engine_option_rows();
    std::map<std::string, std::vector<std::string>> sections;
    for (std::uint64_t lines = random.below(6); lines > 0; --lines) {
        const EngineOptionRow& row = rows[random.below(rows.size())];
        const std::string path{row.path};
        const std::size_t dot = path.find('.');
        const std::string section = dot == path.npos ? "" : path.substr(0, dot);
        std::string name = dot == path.npos ? path : path.substr(dot + 1);
        if (random.chance({.part = 1, .whole = 12})) name += "x";
        const bool is_right = random.chance({.part = 5, .whole = 6});
        const std::string value = is_right ? row.write(EngineOptions{}) : draw_value(random);
        sections[section].push_back(name + ": " + value);
    }
    std::string yaml;
    for (const auto& [section, lines] : sections) {
        if (!section.empty()) yaml += section + ":\n";
        for (const std::string& line : lines) {
            yaml += (section.empty() ? "" : "  ") + line + "\n";
        }
    }
    if (random.chance({.part = 1, .whole = 8}) && !yaml.empty()) {
        yaml[random.below(yaml.size())] = static_cast<char>(random.below(256));
    }
    return yaml;
}

/// A log as a plain list of what stands at each offset.
struct PlainLog {
    struct Entry {
        bool is_record = false;
        std::string key;
    };
    std::vector<Entry> entries;
    std::int64_t start = 0;

    [[nodiscard]] std::vector<std::int64_t> records_from(std::int64_t from) const {
        std::vector<std::int64_t> offsets;
        for (auto at = std::max(from, start); at < static_cast<std::int64_t>(entries.size());
             ++at) {
            if (entries[static_cast<std::size_t>(at)].is_record) offsets.push_back(at);
        }
        return offsets;
    }
};

void check_log(sim::Log& log, const PlainLog& plain, Random& random) {
    const auto end = static_cast<std::int64_t>(plain.entries.size());
    RC_ASSERT(log.end() == Offset{end});
    RC_ASSERT(log.start() == Offset{plain.start});
    const std::int64_t from = random.between(plain.start, end);
    std::vector<std::int64_t> read;
    std::int64_t position = from;
    while (position < end) {  // as a client does: whole batches, and what lies before is dropped
        std::vector<const sim::Batch*> batches;
        const auto limit = static_cast<std::uint32_t>(random.below(2'000));
        log.read(Offset{position}, log.end(), limit, batches);
        if (batches.empty()) break;  // all that is left was compacted away
        for (const sim::Batch* batch : batches) {
            RC_ASSERT(batch->last.value() >= position);
            for (const sim::LogRecord& record : batch->records) {
                if (record.offset.value() >= position && batch->kind == sim::Batch::Kind::data) {
                    read.push_back(record.offset.value());
                }
            }
            position = batch->last.value() + 1;
        }
    }
    const auto expected = plain.records_from(from);
    RC_ASSERT(read == expected);
    RC_ASSERT(log.count_records(Offset{from}) == expected.size());
    const auto all = plain.records_from(0);
    RC_ASSERT(log.end_of_records() == Offset{all.empty() ? plain.start : all.back() + 1});
    for (std::int64_t at = plain.start; at < end; ++at) {
        const bool is_record = plain.entries[static_cast<std::size_t>(at)].is_record;
        RC_ASSERT(log.has_record(Offset{at}) == is_record);
    }
}

}  // namespace

RC_GTEST_PROP(ConfigFile, of_any_text_is_an_error_or_valid_options, (std::uint64_t seed)) {
    Random random{seed};
    const std::string yaml = draw_yaml(random);
    const Read result = read(yaml);
    for (const ConfigError& error : result.errors) {
        RC_ASSERT(!error.what.empty());
        RC_ASSERT(error.file == "f.yml");
    }
    RC_CLASSIFY(result.errors.empty(), "valid");
    RC_CLASSIFY(result.errors.size() > 1, "several mistakes at once");
    if (!result.errors.empty()) return;
    const std::vector<Error> mistakes =
        validate(result.options);  // of fields that do not fit together
    for (const Error& mistake : mistakes)
        RC_ASSERT(!mistake.what.empty() && !mistake.where.empty());
    RC_CLASSIFY(!mistakes.empty(), "fields that do not fit");
    if (!mistakes.empty()) return;
    const std::string written = engine_options_yaml(result.options, 0);
    const Read again = written.empty() ? Read{} : read(written);
    RC_ASSERT(again.errors.empty());
    RC_ASSERT(engine_options_yaml(again.options, 0) == written);
}

RC_GTEST_PROP(ConfigFile, of_arbitrary_bytes_does_no_harm, (const std::string& text)) {
    const Read result = read(text);
    if (result.errors.empty()) RC_ASSERT(validate(result.options).empty());
}

RC_GTEST_PROP(Units, read_back_what_they_write, (std::uint64_t seed)) {
    Random random{seed};
    const Duration duration{random.between(0, std::int64_t{1} << random.below(60))};
    RC_ASSERT(parse_duration(to_text(duration)).value() == duration);
    const Rate rate{
        1 + random.below(1'000'000), random.chance({1, 2}) ? Duration{1s} : Duration{1ms}};
    RC_ASSERT(parse_rate(to_text(rate)).value() == rate);
    const std::uint64_t whole = 1 + random.below(1'000);
    const Ratio ratio{random.below(whole + 1), whole};
    const auto back = parse_ratio(to_text(ratio));
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->part * ratio.whole == ratio.part * back->whole);
}

RC_GTEST_PROP(BrokerLog, TK2_serves_what_a_plain_list_would, (std::uint64_t seed)) {
    Random random{seed};
    sim::Log log{static_cast<std::uint32_t>(random.between(1, 6))};
    PlainLog plain;
    Instant now{};
    std::set<std::string> shapes;
    for (int step = 0; step < 80; ++step) {
        const auto end = static_cast<std::int64_t>(plain.entries.size());
        const std::uint64_t kind = random.below(20);
        if (kind < 12) {
            const std::string key = "k" + std::to_string(random.below(4));
            RC_ASSERT(log.append({.key = key, .value_bytes = 100}, now) == Offset{end});
            plain.entries.push_back({.is_record = true, .key = key});
        } else if (kind < 14) {
            now += 1ms;
        } else if (kind == 14) {
            log.append_marker();
            plain.entries.push_back({});
            shapes.insert("marker");
        } else if (kind == 15) {
            const std::int64_t records = random.between(1, 4);
            log.append_aborted(static_cast<std::int32_t>(records));
            plain.entries.resize(plain.entries.size() + static_cast<std::size_t>(records) + 1);
            shapes.insert("aborted");
        } else if (kind == 16) {
            plain.start = std::max(plain.start, random.between(0, end));
            log.delete_before(Offset{plain.start});
            shapes.insert("deleted");
        } else if (kind == 17) {
            const std::int64_t cut = random.between(plain.start, end);
            log.truncate(Offset{cut});  // down to a whole batch
            const auto kept = static_cast<std::size_t>(log.end().value());
            RC_ASSERT(log.end() <= Offset{cut});
            plain.entries.resize(kept);
            plain.start = std::min<std::int64_t>(plain.start, log.end().value());
            shapes.insert("truncated");
        } else {
            // Only what has a newer record of its key may go, and all of it that is not recent.
            const auto before = plain.records_from(0);
            std::map<std::string, std::int64_t> newest;
            for (const std::int64_t at : before) {
                newest[plain.entries[static_cast<std::size_t>(at)].key] = at;
            }
            const std::size_t kept_batches = random.below(4);
            for (const Offset offset : log.compact(kept_batches)) {
                const auto at = static_cast<std::size_t>(offset.value());
                if (offset.value() < plain.start) continue;
                RC_ASSERT(plain.entries[at].is_record);
                RC_ASSERT(newest.at(plain.entries[at].key) > offset.value());
                plain.entries[at].is_record = false;
            }
            if (kept_batches == 0) {
                RC_ASSERT(plain.records_from(0).size() == newest.size());
            }
            shapes.insert("compacted");
        }
        check_log(log, plain, random);
    }
    RC_CLASSIFY(shapes.size() == 5, "markers, aborted, deleted, truncated and compacted");
}

RC_GTEST_PROP(BrokerOffsets, TK2_store_what_a_plain_map_would, (std::uint64_t seed)) {
    Random random{seed};
    const auto limit = static_cast<std::uint32_t>(random.between(1, 12));
    sim::CommittedOffsets offsets{limit, 1'048'588};
    std::map<std::uint32_t, std::pair<std::int64_t, std::string>> accepted;
    auto durable = accepted;
    static const std::vector<std::string> letters{"a", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    bool has_refused = false;
    for (int step = 0; step < 60; ++step) {
        if (random.chance({.part = 1, .whole = 10})) {
            offsets.forget_unreplicated();
            accepted = durable;
        } else {
            std::vector<sim::OffsetToStore> request;
            std::vector<bool> fits;
            const std::uint64_t count = 1 + random.below(3);
            for (std::uint32_t partition = 0; partition < count; ++partition) {
                std::string text;
                std::int64_t units = 0;
                for (std::uint64_t letter = random.below(limit + 3); letter > 0; --letter) {
                    const std::uint64_t which = random.below(3);
                    text += letters[which];
                    units += which == 2 ? 2 : 1;
                }
                RC_ASSERT(count_units(text) == units);
                fits.push_back(units <= std::int64_t{limit});
                request.push_back(
                    {sim::PartitionNumber{partition}, Offset{random.between(0, 1'000)}, text}
                );
            }
            const auto sent = request;
            const auto answers = offsets.accept(request, "g");
            RC_ASSERT(answers.size() == sent.size());
            const bool is_replicated = random.chance({.part = 2, .whole = 3});
            for (std::size_t at = 0; at < sent.size(); ++at) {
                RC_ASSERT((answers[at].error == sim::KafkaError::none) == fits[at]);
                has_refused = has_refused || !fits[at];
                if (!fits[at]) continue;
                const std::pair value{sent[at].next_to_read.value(), sent[at].metadata};
                accepted[sent[at].partition.value()] = value;
                if (!is_replicated) continue;
                offsets.make_durable(sent[at]);
                durable[sent[at].partition.value()] = value;
            }
        }
        for (std::uint32_t partition = 0; partition < 3; ++partition) {
            const auto check = [&](const auto& has, const auto& plain) {
                const auto found = plain.find(partition);
                RC_ASSERT(has.has_value() == (found != plain.end()));
                if (!has) return;
                RC_ASSERT(has->next_to_read == Offset{found->second.first});
                RC_ASSERT(has->metadata == found->second.second);
            };
            check(offsets.accepted(sim::PartitionNumber{partition}), accepted);
            check(offsets.durable(sim::PartitionNumber{partition}), durable);
        }
    }
    RC_CLASSIFY(has_refused, "metadata too large");
}

}  // namespace odradek
