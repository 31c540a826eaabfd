#include "ui/pages/chat/chat_view.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QJsonArray>
#include <QSpinBox>
#include <QTest>

#include "tests/ui/pages/chat/fake_chat.h"
#include "tests/ui/support/input.h"
#include "ui/pages/chat/answer_view.h"
#include "ui/pages/chat/code_block.h"
#include "ui/pages/chat/composer.h"
#include "ui/pages/chat/conversation_view.h"
#include "ui/pages/chat/parameters_panel.h"
#include "ui/pages/chat/prompt_edit.h"
#include "ui/pages/chat/text_pane.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/state_view.h"

namespace hearth::ui {
namespace {

class ChatViewTest : public testing::Test {
protected:
    void open() {
        view = std::make_unique<ChatView>(node.services());
        view->resize(1200, 800);
        test::activate(*view);
        view->refreshModels();
        QTest::qWait(1);
        prompt().setFocus();
    }
    void openWithModels() {
        node.addModel("hearth-demo");
        node.addModel("hearth-demo-legal");
        node.addModel("DeepSeek-V2-Lite", false);
        open();
    }

    PromptEdit& prompt() { return *view->composer()->edit(); }
    AnswerView& answer(int column = 0) {
        return *view->conversationView()->lastTurn()->answerView(column);
    }
    void ask(const QString& text) {
        prompt().setPlainText(text);
        QTest::keyClick(&prompt(), Qt::Key_Return);
    }
    static QString contentOf(const QJsonObject& request, int message) {
        return request["messages"].toArray()[message].toObject()["content"].toString();
    }

    test::FakeChat node;
    std::unique_ptr<ChatView> view;
};

TEST_F(ChatViewTest, WithoutALoadedModelItSaysWhereToLoadOne) {
    node.addModel("hearth-demo", false);
    open();
    EXPECT_TRUE(view->stateView()->isVisible());
    EXPECT_FALSE(view->composer()->isVisible());
    view->stateView()->primary()->click();
    EXPECT_EQ(node.modelsOpened, 1);
}

TEST_F(ChatViewTest, AFailedListCanBeAskedForAgain) {
    node.listFailure = ApiFailure{.message = "The node broke.", .requestId = "req_9"};
    open();
    EXPECT_TRUE(view->stateView()->isVisible());
    node.listFailure.reset();
    node.addModel("hearth-demo");
    view->stateView()->primary()->click();
    QTest::qWait(1);
    EXPECT_TRUE(view->composer()->isVisible());
}

TEST_F(ChatViewTest, EnterSendsAndShiftEnterBreaksTheLine) {
    openWithModels();
    QTest::keyClicks(&prompt(), "One");
    QTest::keyClick(&prompt(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(&prompt(), "Two");
    EXPECT_TRUE(node.asked.empty());
    QTest::keyClick(&prompt(), Qt::Key_Return);
    ASSERT_EQ(node.asked.size(), 1u);
    EXPECT_EQ(contentOf(node.asked[0]->request, 0), "One\nTwo");
    EXPECT_EQ(prompt().toPlainText(), "");
}

TEST_F(ChatViewTest, EnterInMidCompositionDoesNotSend) {
    openWithModels();
    test::compose(prompt(), "안");
    test::commit(prompt(), "안", "녀");
    QTest::keyClick(&prompt(), Qt::Key_Return);
    EXPECT_TRUE(node.asked.empty());
    test::commit(prompt(), "녕");
    QTest::keyClick(&prompt(), Qt::Key_Return);
    ASSERT_EQ(node.asked.size(), 1u);
    EXPECT_EQ(contentOf(node.asked[0]->request, 0), "안녕");
}

TEST_F(ChatViewTest, EscapeStopsAndKeepsTheText) {
    openWithModels();
    ask("Hi");
    node.say(0, "Half");
    QTest::keyClick(&prompt(), Qt::Key_Escape);
    EXPECT_TRUE(node.asked[0]->aborted);
    EXPECT_EQ(answer().answer()->text(), "Half");
    EXPECT_EQ(answer().noteText(), "You stopped this answer.");
}

TEST_F(ChatViewTest, TheButtonStopsToo) {
    openWithModels();
    ask("Hi");
    EXPECT_EQ(view->composer()->button()->text(), "Stop");
    view->composer()->button()->click();
    EXPECT_TRUE(node.asked[0]->aborted);
    EXPECT_EQ(view->composer()->button()->text(), "Send");
}

TEST_F(ChatViewTest, TheConversationGoesAlong) {
    openWithModels();
    ask("One");
    node.say(0, "Uno");
    node.finish(0);
    ask("Two");
    ASSERT_EQ(node.asked.size(), 2u);
    EXPECT_EQ(contentOf(node.asked[1]->request, 0), "One");
    EXPECT_EQ(contentOf(node.asked[1]->request, 1), "Uno");
    EXPECT_EQ(contentOf(node.asked[1]->request, 2), "Two");
}

TEST_F(ChatViewTest, SideBySideAsksBothAndKeepsTheirHistoriesApart) {
    openWithModels();
    view->setComparing(true);
    EXPECT_NE(view->modelPicker()->choice(), view->otherPicker()->choice());
    ask("One");
    ASSERT_EQ(node.asked.size(), 2u);
    node.say(0, "base");
    node.say(1, "adapter");
    node.finish(0);
    node.finish(1);
    ask("Two");
    EXPECT_EQ(contentOf(node.asked[2]->request, 1), "base");
    EXPECT_EQ(contentOf(node.asked[3]->request, 1), "adapter");
}

TEST_F(ChatViewTest, ARestartMarksTheAnswerAndOffersToAskAgain) {
    openWithModels();
    ask("Hi");
    node.say(0, "Half");
    view->nodeRestarted();
    EXPECT_TRUE(answer().noteText().contains("What came so far is kept"));
    EXPECT_EQ(answer().answer()->text(), "Half");
    ASSERT_TRUE(answer().askAgainButton()->isVisible());
    answer().askAgainButton()->click();
    ASSERT_EQ(node.asked.size(), 2u);
    EXPECT_EQ(node.asked[1]->request, node.asked[0]->request);
    EXPECT_EQ(answer().answer()->text(), "");
}

TEST_F(ChatViewTest, AnErrorShowsTheNodesWordsAndItsRequestId) {
    openWithModels();
    ask("Hi");
    node.asked[0]->end(ApiFailure{.kind = ApiFailure::Kind::Busy,
                                  .status = 429,
                                  .message = "too many requests are waiting",
                                  .requestId = "req_7"});
    EXPECT_EQ(answer().noteText(), "too many requests are waiting");
    EXPECT_TRUE(answer().askAgainButton()->isVisible());
}

TEST_F(ChatViewTest, ASlowAnswerSaysWhatIsHappening) {
    openWithModels();
    ask("Hi");
    Answer* slow = view->conversation().turns().last().answers[0];
    slow->setPatience(20);
    EXPECT_TRUE(QTest::qWaitFor([&] { return slow->isSlow(); }, 1000));
    node.say(0, "At last");
    EXPECT_FALSE(answer().answer()->isSlow());
}

TEST_F(ChatViewTest, EditTakesTheLastPromptBack) {
    openWithModels();
    ask("One");
    node.say(0, "Uno");
    node.finish(0);
    view->conversationView()->lastTurn()->editButton()->click();
    EXPECT_EQ(prompt().toPlainText(), "One");
    EXPECT_TRUE(view->conversation().isEmpty());
}

TEST_F(ChatViewTest, ParametersAreSentAndRemembered) {
    openWithModels();
    view->parameters()->setParameters({.temperature = 0.1, .maxTokens = 5, .seed = 42});
    emit view->parameters()->changed();
    ask("Hi");
    EXPECT_EQ(node.asked[0]->request["temperature"], 0.1);
    EXPECT_EQ(node.asked[0]->request["seed"], 42);
    open();
    EXPECT_EQ(view->parameters()->parameters().seed, 42);
    view->parameters()->resetButton()->click();
    EXPECT_EQ(view->parameters()->parameters(), ChatParameters{});
}

TEST_F(ChatViewTest, CodeIsItsOwnBlockAndMarkupIsText) {
    openWithModels();
    ask("Hi");
    node.say(0, "<b>x</b>\n```sh\nls | wc\n```\n");
    node.finish(0);
    const auto blocks = answer().findChildren<CodeBlock*>();
    ASSERT_EQ(blocks.size(), 1);
    blocks[0]->copyButton()->click();
    EXPECT_EQ(QApplication::clipboard()->text(), "ls | wc");
    EXPECT_EQ(answer().findChildren<TextPane*>().first()->text(), "<b>x</b>");
}

TEST_F(ChatViewTest, NewChatForgetsAndStops) {
    openWithModels();
    ask("Hi");
    view->newChat();
    EXPECT_TRUE(node.asked[0]->aborted);
    EXPECT_TRUE(view->conversation().isEmpty());
    EXPECT_TRUE(prompt().hasFocus());
}

TEST_F(ChatViewTest, AFastLongAnswerNeverHoldsTheScreenUp) {
    openWithModels();
    ask("Hi");
    qint64 longest = 0;
    for (int frame = 0; frame < 60; ++frame) {
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < 100; ++i)
            node.say(0, "four words in here\n");
        QTest::qWait(1);
        longest = std::max(longest, clock.elapsed());
    }
    // 6,000 lines; the target is 50 ms, and a loaded machine gets some more.
    EXPECT_LT(longest, 250);
}

TEST_F(ChatViewTest, EveryStopOfTheKeyboardHasAName) {
    openWithModels();
    ask("Hi");
    node.say(0, "Hello\n```\nx\n```\n");
    node.finish(0);
    for (const QWidget* widget : view->findChildren<QWidget*>())
        if (widget->isVisible() && (widget->focusPolicy() & Qt::TabFocus) &&
            !widget->focusProxy()) {
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            EXPECT_TRUE(!widget->accessibleName().isEmpty() ||
                        (button && !button->text().isEmpty()))
                << widget->metaObject()->className();
        }
}

}  // namespace
}  // namespace hearth::ui
