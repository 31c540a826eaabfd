#include "ui/pages/chat/answer.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "tests/ui/pages/chat/fake_chat.h"

namespace hearth::ui {
namespace {

class AnswerTest : public testing::Test {
protected:
    AnswerTest() { answer->ask(node.source()); }

    test::FakeChat node;
    std::unique_ptr<Answer> answer =
        std::make_unique<Answer>(QJsonObject{{"model", "m"}, {"max_tokens", 64}});
};

TEST_F(AnswerTest, TellsOfAFloodOnceAFrame) {
    QSignalSpy grew(answer.get(), &Answer::grew);
    for (int i = 0; i < 10'000; ++i)
        node.say(0, "ab ");
    EXPECT_EQ(grew.count(), 0);
    QTest::qWait(Answer::kFrameMs * 2);
    EXPECT_EQ(grew.count(), 1);
    EXPECT_EQ(grew[0][0].toString().size(), 30'000);
}

TEST_F(AnswerTest, TheEndBringsWhatWasLeft) {
    QSignalSpy grew(answer.get(), &Answer::grew);
    node.say(0, "Yes.");
    node.finish(0);
    EXPECT_EQ(grew.count(), 1);
    EXPECT_EQ(answer->state(), Answer::State::Done);
    EXPECT_EQ(answer->text(), "Yes.");
    EXPECT_EQ(answer->completionTokens(), 3);
}

TEST_F(AnswerTest, StopKeepsTheTextAndLetsGoOfTheRequest) {
    node.say(0, "Half of");
    answer->stop();
    EXPECT_TRUE(node.asked[0]->aborted);
    EXPECT_EQ(answer->state(), Answer::State::Stopped);
    EXPECT_EQ(answer->text(), "Half of");
    node.say(0, " a late piece");
    EXPECT_EQ(answer->text(), "Half of");
}

TEST_F(AnswerTest, BrokenOffKeepsTheText) {
    node.say(0, "Half of");
    node.asked[0]->end(ApiFailure{.kind = ApiFailure::Kind::Unreachable});
    EXPECT_EQ(answer->state(), Answer::State::Interrupted);
    EXPECT_EQ(answer->text(), "Half of");
}

TEST_F(AnswerTest, LostBeforeTheFirstPieceIsAFailure) {
    node.asked[0]->end(ApiFailure{.kind = ApiFailure::Kind::Busy, .requestId = "req_1"});
    EXPECT_EQ(answer->state(), Answer::State::Failed);
    EXPECT_EQ(answer->failure().requestId, "req_1");
}

TEST_F(AnswerTest, DeletingItAbandonsTheRequest) {
    answer.reset();
    EXPECT_TRUE(node.asked[0]->aborted);
}

TEST_F(AnswerTest, KnowsAFullContextFromALimit) {
    node.finish(0, "length", 64);
    EXPECT_TRUE(answer->isCutAtLimit());
    EXPECT_FALSE(answer->isContextFull());
    answer = std::make_unique<Answer>(QJsonObject{{"max_tokens", 64}});
    answer->ask(node.source());
    node.finish(1, "length", 12);
    EXPECT_TRUE(answer->isContextFull());
    answer = std::make_unique<Answer>(QJsonObject{});
    answer->ask(node.source());
    node.asked[2]->end(ApiFailure{
        .kind = ApiFailure::Kind::Refused,
        .status = 400,
        .message = "the prompt has 900 tokens, but the model's context holds 512 for prompt and "
                   "answer together; shorten the prompt",
        .param = "messages"});
    EXPECT_TRUE(answer->isContextFull());
}

TEST_F(AnswerTest, MeasuresFromTheFirstPieceToTheLast) {
    EXPECT_FALSE(answer->firstTokenSeconds());
    node.say(0, "a");
    QTest::qWait(100);
    node.say(0, "b");
    node.finish(0, "stop", 11);
    ASSERT_TRUE(answer->tokensPerSecond());
    // Ten tokens after the first, in a tenth of a second at the least.
    EXPECT_LE(*answer->tokensPerSecond(), 101);
    EXPECT_GT(*answer->tokensPerSecond(), 5);
}

}  // namespace
}  // namespace hearth::ui
