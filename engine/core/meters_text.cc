#include "odradek/meters.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace odradek {

namespace {

using Labels = std::map<std::string, std::string>;

std::string text_of(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

double seconds_of(Duration span) {
    return std::chrono::duration<double>(span).count();
}

/// Writes families one after the other: HELP and TYPE once, then their samples.
class Writer {
public:
    explicit Writer(const Labels& tags) : tags_(tags) {}

    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = "odradek_" + std::string(name);
        text_ += "# HELP " + name_ + " " + std::string(help) + "\n";
        text_ += "# TYPE " + name_ + " " + std::string(type) + "\n";
    }

    void sample(const Labels& labels, const std::string& value, std::string_view suffix = {}) {
        text_ += name_;
        text_ += suffix;
        append_labels(labels);
        text_ += " " + value + "\n";
    }

    void gauge(std::string_view name, std::string_view help, double value) {
        family(name, "gauge", help);
        sample({}, text_of(value));
    }

    void counter(std::string_view name, std::string_view help, std::uint64_t value) {
        family(name, "counter", help);
        sample({}, std::to_string(value));
    }

    void timer(std::string_view name, std::string_view help, const TimerMeter& timer) {
        family(name, "histogram", help);
        std::uint64_t below = 0;
        for (std::size_t bucket = 0; bucket + 1 < TimerMeter::bucket_count; ++bucket) {
            below += timer.buckets.at(bucket);
            const Duration end = std::chrono::microseconds{std::int64_t{1} << bucket};
            sample({{"le", text_of(seconds_of(end))}}, std::to_string(below), "_bucket");
        }
        sample({{"le", "+Inf"}}, std::to_string(timer.count), "_bucket");
        sample({}, text_of(seconds_of(timer.total)), "_sum");
        sample({}, std::to_string(timer.count), "_count");
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    void append_labels(const Labels& labels) {
        if (tags_.empty() && labels.empty()) return;
        char separator = '{';
        for (const Labels* all : {&tags_, &labels}) {
            for (const auto& [name, value] : *all) {
                text_ += separator + name + "=\"";
                append_escaped(value);
                text_ += '"';
                separator = ',';
            }
        }
        text_ += '}';
    }

    void append_escaped(const std::string& value) {
        for (const char letter : value) {
            if (letter == '\n') {
                text_ += "\\n";
                continue;
            }
            if (letter == '"' || letter == '\\') text_ += '\\';
            text_ += letter;
        }
    }

    const Labels& tags_;
    std::string name_;
    std::string text_;
};

Labels labels_of(const PartitionMeters& partition) {
    return {
        {"topic", partition.partition.topic},
        {"partition", std::to_string(partition.partition.partition.value())}};
}

void write_now(Writer& writer, const Meters& meters) {
    writer.family("state", "gauge", "1 for the state that the engine is in");
    writer.sample({{"state", meters.state}}, "1");
    const auto gauge = [&](std::string_view name, std::string_view help, std::size_t value) {
        writer.gauge(name, help, static_cast<double>(value));
    };
    gauge("partitions", "owned partitions", meters.partitions.size());
    gauge("paused_partitions", "of these, paused by back pressure", meters.paused_partitions);
    gauge("records_in_flight", "handed out and not answered", meters.in_flight);
    gauge("handlers_running", "handlers that run", meters.running);
    gauge("completion_tokens_open", "records whose handler answers later", meters.deferred);
    gauge("records_waiting", "polled and not handed out", meters.waiting);
    gauge("retries_waiting", "of these, until their delay is over", meters.retries_waiting);
    gauge("records_incomplete", "polled and not done", meters.incomplete);
    gauge("shards", "lanes that have a record", meters.shards);
    gauge("shard_records_max", "records of the longest lane", meters.shard_records_max);
    gauge("buffered_bytes", "bytes of the records in the engine", meters.buffered_bytes);
    gauge("buffer_records_max", "reading stops above", meters.buffer_records_max);
    writer.gauge("load_factor", "of a self-tuning buffer, 0 for a fixed one", meters.load_factor);
}

void write_flows(Writer& writer, const Meters& meters) {
    writer.counter("records_polled_total", "records delivered by the client", meters.polled);
    writer.counter(
        "records_skipped_as_done_total",
        "delivered again, and known to be done",
        meters.skipped_as_done
    );
    writer.family("records_total", "counter", "outcomes of handlers and completion tokens");
    writer.sample({{"outcome", "done"}}, std::to_string(meters.done));
    writer.sample({{"outcome", "retry"}}, std::to_string(meters.retried));
    writer.sample({{"outcome", "skip"}}, std::to_string(meters.skipped));
    writer.sample({{"outcome", "fail"}}, std::to_string(meters.failed));
    writer.family("rebalances_partitions_total", "counter", "partitions that came and went");
    writer.sample({{"event", "assigned"}}, std::to_string(meters.partitions_assigned));
    writer.sample({{"event", "revoked"}}, std::to_string(meters.partitions_revoked));
    writer.sample({{"event", "lost"}}, std::to_string(meters.partitions_lost));
    writer.counter("commit_requests_total", "commit requests sent", meters.commits_sent);
    writer.family("commits_total", "counter", "answers to commits, by partition");
    writer.sample({{"answer", "acknowledged"}}, std::to_string(meters.commits_acknowledged));
    writer.sample({{"answer", "failed"}}, std::to_string(meters.commits_failed));
    writer.family("notices_total", "counter", "what the listener was told, by kind");
    for (const auto& [kind, count] : meters.notices) {
        writer.sample({{"kind", kind}}, std::to_string(count));
    }
    writer.timer("handler_seconds", "run times of the handler", meters.handler);
    writer.timer("encoding_seconds", "turns that made a commit", meters.encoding);
}

void write_encodings(Writer& writer, const Meters& meters) {
    const auto family = [&](std::string_view name, std::string_view help, auto field) {
        writer.family(name, "counter", help);
        for (const auto& [encoding, used] : meters.encodings) {
            writer.sample({{"encoding", encoding}}, std::to_string(used.*field));
        }
    };
    family("offset_maps_total", "offset maps committed", &EncodingMeters::maps);
    family("offset_map_units_total", "UTF-16 units of their texts", &EncodingMeters::units);
    family("offset_map_offsets_total", "offsets that they spoke of", &EncodingMeters::offsets);
}

void write_partitions(Writer& writer, const Meters& meters) {
    const auto family = [&](std::string_view name, std::string_view help, auto value_of) {
        writer.family(name, "gauge", help);
        for (const PartitionMeters& partition : meters.partitions) {
            writer.sample(labels_of(partition), text_of(static_cast<double>(value_of(partition))));
        }
    };
    using Partition = const PartitionMeters&;
    family("partition_incomplete", "polled and not done", [](Partition p) { return p.incomplete; });
    family("partition_waiting", "not handed out", [](Partition p) { return p.waiting; });
    family("partition_in_flight", "not answered", [](Partition p) { return p.in_flight; });
    family("partition_highest_seen_offset", "highest offset delivered", [](Partition p) {
        return p.highest_seen.value();
    });
    family("partition_highest_completed_offset", "highest offset done", [](Partition p) {
        return p.highest_completed.value();
    });
    family("partition_highest_sequential_offset", "all up to here are done", [](Partition p) {
        return p.highest_sequential.value();
    });
    family("partition_committed_offset", "next to read, as the broker has it", [](Partition p) {
        return p.last_committed.value();
    });
    family("partition_assignment_epoch", "life of the assignment", [](Partition p) {
        return p.epoch.value();
    });
    family("partition_paused", "1 while back pressure pauses it", [](Partition p) {
        return p.is_paused ? 1 : 0;
    });
    family("partition_metadata_units", "size of the committed offset map", [](Partition p) {
        return p.metadata_units;
    });
    family("partition_metadata_used_ratio", "of what the broker accepts", [](Partition p) {
        return p.metadata_units_max == 0 ? 0.0
                                         : static_cast<double>(p.metadata_units) /
                                               static_cast<double>(p.metadata_units_max);
    });
    family("partition_blocking_offset", "holds the commit back; -1 for none", [](Partition p) {
        return p.blocking ? p.blocking->offset.value() : -1;
    });
    family("partition_blocked_seconds", "for so long", [](Partition p) {
        return p.blocking ? seconds_of(p.blocking->blocked_for) : 0.0;
    });
}

}  // namespace

std::string prometheus_text(const Meters& meters, const std::map<std::string, std::string>& tags) {
    Writer writer{tags};
    write_now(writer, meters);
    write_flows(writer, meters);
    write_encodings(writer, meters);
    write_partitions(writer, meters);
    return writer.take();
}

}  // namespace odradek
