// A run in words, for whoever has to understand a counterexample.

#include "property-tests/support/story.h"

#include <array>
#include <cstdio>

namespace odradek {

namespace {

std::string name(PartitionIndex partition) {
    return "partition " + std::to_string(partition.value());
}

std::string name(AssignedPartition partition) {
    return name(partition.partition) + " (life " + std::to_string(partition.epoch.value()) + ")";
}

template <typename List>
std::string names(const List& list) {
    std::string text;
    for (const auto& entry : list) {
        text += (text.empty() ? "" : ", ") + name(entry);
    }
    return text;
}

/// Hand-overs are told apart by slot and use: "7.2" is the second use of slot 7.
std::string name(WorkId work) {
    return std::to_string(work.value() & 0xFFFFFFFFU) + "." + std::to_string(work.value() >> 32U);
}

const char* word(WorkResult result) {
    static constexpr std::array words{"done", "retry", "skip", "fail", "not started"};
    return words.at(static_cast<std::size_t>(result));
}

struct Teller {
    std::string operator()(const RecordsPolled& polled) const {
        std::string text = name(polled.partition) + " delivers";
        for (const PolledRecord& record : polled.records) {
            text += " " + std::to_string(record.offset.value());
        }
        return text;
    }
    std::string operator()(const WorkFinished& work) const {
        std::string text = "handlers answer";
        for (const FinishedWork& finished : work.finished) {
            text += " " + name(finished.work) + " " + word(finished.result) + ";";
        }
        return text;
    }
    std::string operator()(const PartitionsAssigned& assigned) const {
        return "the group assigns " + names(assigned.partitions);
    }
    std::string operator()(const CommittedFetched& fetched) const {
        std::string text = "the group has stored";
        for (const CommittedOffset& offset : fetched.offsets) {
            text += " " + name(offset.partition) + ": " +
                    (offset.error ? "an error" : std::to_string(offset.next_to_read.value())) + ";";
        }
        return text;
    }
    std::string operator()(const PartitionsRevoked& revoked) const {
        return "the group wants back " + names(revoked.partitions);
    }
    std::string operator()(const PartitionsLost& lost) const {
        return "lost " + names(lost.partitions);
    }
    std::string operator()(const CommitAnswered& answer) const {
        std::string text = "commit " + std::to_string(answer.commit.value()) + " is answered";
        for (const CommittedPartition& one : answer.partitions) {
            text += " " + name(one.partition) + ": " + (one.error ? "refused" : "stored") + ";";
        }
        return text;
    }
    std::string operator()(const DeadLetterAnswered& answer) const {
        return "dead letter " + name(answer.work) + (answer.error ? " is refused" : " is stored");
    }
    std::string operator()(const TimePassed& /*tick*/) const { return "time passes"; }
    std::string operator()(const PauseRequested& /*pause*/) const { return "the user pauses"; }
    std::string operator()(const ResumeRequested& /*resume*/) const { return "the user resumes"; }
    std::string operator()(const CommitRequested& /*commit*/) const {
        return "the user wants a commit";
    }
    std::string operator()(const CloseRequested& close) const {
        return close.options.finish == Finish::in_flight ? "the user closes"
                                                         : "the user closes and wants all done";
    }
    std::string operator()(const ClientClosed& /*closed*/) const { return "the client has left"; }
    std::string operator()(const ClientFailed& /*failed*/) const { return "the client fails"; }

    std::string operator()(const FetchCommitted& fetch) const {
        return "asks what is stored of " + names(fetch.partitions);
    }
    std::string operator()(const CompleteAssign& complete) const {
        std::string text = "reads";
        for (const StartPosition& start : complete.partitions) {
            text +=
                " " + name(start.partition) + " from " + std::to_string(start.from.value()) + ";";
        }
        return text;
    }
    std::string operator()(const CompleteRevoke& complete) const {
        return "gives back " + names(complete.partitions);
    }
    std::string operator()(const PausePartitions& pause) const {
        return "pauses " + names(pause.partitions);
    }
    std::string operator()(const ResumePartitions& resume) const {
        return "resumes " + names(resume.partitions);
    }
    std::string operator()(const CommitOffsets& commit) const {
        std::string text = "sends commit " + std::to_string(commit.commit.value());
        for (const OffsetToCommit& offset : commit.offsets) {
            text += " " + name(offset.partition) + ": " +
                    std::to_string(offset.next_to_read.value()) +
                    (offset.metadata.empty() ? ";" : " and a map;");
        }
        return text;
    }
    std::string operator()(const RecallWork& recall) const {
        return "recalls what has not started of " + names(recall.partitions);
    }
    std::string operator()(const DeadLetter& letter) const {
        return "sends dead letter " + name(letter.work) + ", offset " +
               std::to_string(letter.offset.value());
    }
    std::string operator()(const LeaveGroup& /*leave*/) const { return "leaves the group"; }
    std::string operator()(const Closed& /*closed*/) const { return "has ended"; }
    std::string operator()(const Notice& /*notice*/) const { return {}; }

    /// What these laws never do or ask for.
    template <typename Other>
    std::string operator()(const Other& /*other*/) const {
        return "(something else)";
    }
};

}  // namespace

std::string to_line(Instant now, const Event& event) {
    std::array<char, 32> time{};
    const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
    std::snprintf(time.data(), time.size(), "%7.3f s  ", seconds);
    return time.data() + std::visit(Teller{}, event) + "\n";
}

std::string to_lines(const Effects& effects) {
    std::string text;
    const auto add = [&](const std::string& line) {
        if (!line.empty()) text += "             engine " + line + "\n";
    };
    std::string run;
    for (const WorkItem& item : effects.work) {
        if (!item.continues_run) {
            add(run);
            run = "starts " + name(item.partition) + ":";
        }
        run += " " + std::to_string(item.offset.value()) + " as " + name(item.work) +
               (item.attempt > 1 ? " (attempt " + std::to_string(item.attempt) + ")" : "");
    }
    add(run);
    for (const Effect& effect : effects.others) {
        add(std::visit(Teller{}, effect));
    }
    return text;
}

}  // namespace odradek
