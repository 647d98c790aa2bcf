#include "engine/runtime/completion_desk.h"

#include "odradek/record.h"

#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// A desk, and the tokens of one hand-over.
class CompletionDeskTest : public testing::Test {
protected:
    CompletionToken take() { return CompletionSource{desk_, item_}.take(); }

    std::vector<FinishedToken> posted() {
        Answers answers;
        std::vector<Event> events;
        inbox_->take(answers, events);
        reasons_ = answers.token_reasons;
        return answers.tokens;
    }

    /// Tokens of `item_` read its record after the engine's end.
    void end_with_the_record_open() {
        PinnedRecords open;
        open.pin(item_.work, item_.record);
        EXPECT_TRUE(open.keep(item_.record));
        desk_->end(std::move(open));
    }

    std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
    std::vector<RecordHandle> freed_;
    std::shared_ptr<CompletionDesk> desk_ = std::make_shared<CompletionDesk>(
        inbox_, [this](RecordHandle record) { freed_.push_back(record); }, nullptr
    );
    WorkItem item_{
        .work = WorkId{9},
        .record = RecordHandle{5},
        .partition = {PartitionIndex{2}, Epoch{3}},
        .offset = Offset{77}};
    std::vector<FailureReason> reasons_;
};

}  // namespace

TEST_F(CompletionDeskTest, DC1_a_token_may_be_finished_on_any_thread) {
    CompletionToken token = take();
    std::thread other{[token = std::move(token)]() mutable {
        EXPECT_TRUE(token.finish(Outcome::retry(std::chrono::seconds{2}, "busy")));
    }};
    other.join();
    EXPECT_FALSE(token.is_open());
    const auto tokens = posted();
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].work, WorkId{9});
    EXPECT_EQ(tokens[0].offset, Offset{77});
    EXPECT_EQ(tokens[0].end, TokenEnd::finished);
    EXPECT_EQ(tokens[0].result, WorkResult::retry);
    EXPECT_EQ(tokens[0].retry_delay, std::chrono::seconds{2});
    ASSERT_EQ(reasons_.size(), 1U);
    EXPECT_EQ(reasons_[0].text, "busy");
}

TEST_F(CompletionDeskTest, DC1_a_second_answer_is_refused_and_reported) {
    CompletionToken token = take();
    EXPECT_TRUE(token.finish(Outcome::done()));
    EXPECT_FALSE(token.finish(Outcome::fail("no")));
    const auto tokens = posted();
    ASSERT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens[1].end, TokenEnd::finished_again);
}

TEST_F(CompletionDeskTest, DC1_a_token_destroyed_or_overwritten_unfinished_is_reported) {
    { const CompletionToken token = take(); }
    CompletionToken token = take();
    token = CompletionToken{};
    const auto tokens = posted();
    ASSERT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens[0].end, TokenEnd::destroyed);
    EXPECT_EQ(tokens[1].end, TokenEnd::destroyed);
}

TEST_F(CompletionDeskTest, DC1_a_token_of_no_record_and_one_moved_from_answer_nothing) {
    CompletionToken nobody;
    EXPECT_FALSE(nobody.finish(Outcome::done()));
    const Record record{};
    EXPECT_FALSE(RecordContext{.record = record}.defer().is_open());
    CompletionToken token = take();
    EXPECT_FALSE(token.finish(Outcome::deferred())) << "that is no answer";
    EXPECT_TRUE(token.is_open());
    const CompletionToken other = std::move(token);
    EXPECT_TRUE(other.is_open());
    EXPECT_TRUE(posted().empty());
}

TEST_F(CompletionDeskTest, DC1_only_the_first_token_of_a_call_is_open) {
    CompletionSource source{desk_, item_};
    EXPECT_FALSE(source.is_taken());
    CompletionToken first = source.take();
    CompletionToken second = source.take();
    EXPECT_TRUE(source.is_taken());
    EXPECT_FALSE(second.finish(Outcome::done()));
    EXPECT_TRUE(first.finish(Outcome::done()));
}

TEST_F(CompletionDeskTest, DC1_frees_a_record_after_the_end_when_its_token_ends) {
    CompletionToken token = take();
    end_with_the_record_open();
    EXPECT_TRUE(freed_.empty());
    EXPECT_TRUE(token.finish(Outcome::done()));
    EXPECT_EQ(freed_, std::vector{RecordHandle{5}});
    EXPECT_FALSE(token.finish(Outcome::done()));
    EXPECT_EQ(freed_.size(), 1U);
    EXPECT_TRUE(posted().empty());
}

TEST_F(CompletionDeskTest, DC1_frees_a_record_whose_handler_deferred_after_the_end) {
    desk_->end({});
    CompletionToken open = take();
    desk_->adopt(item_.work, item_.record);
    EXPECT_TRUE(freed_.empty());
    open = CompletionToken{};
    EXPECT_EQ(freed_, std::vector{RecordHandle{5}});

    item_.work = WorkId{10};
    static_cast<void>(take());  // has ended before its handler returns
    desk_->adopt(item_.work, item_.record);
    EXPECT_EQ(freed_.size(), 2U);
}

TEST(PinnedRecords, free_a_record_when_it_is_released_and_its_last_token_has_ended) {
    PinnedRecords pinned;
    EXPECT_FALSE(pinned.keep(RecordHandle{1}));
    pinned.pin(WorkId{1}, RecordHandle{1});
    pinned.pin(WorkId{2}, RecordHandle{1});
    EXPECT_EQ(pinned.unpin(WorkId{1}), std::nullopt);
    EXPECT_TRUE(pinned.keep(RecordHandle{1}));
    EXPECT_EQ(pinned.unpin(WorkId{2}), RecordHandle{1});
    EXPECT_TRUE(pinned.is_empty());
    pinned.pin(WorkId{3}, RecordHandle{1});
    EXPECT_EQ(pinned.unpin(WorkId{3}), std::nullopt) << "the core still has it";
    EXPECT_FALSE(pinned.keep(RecordHandle{1}));
}

}  // namespace odradek
