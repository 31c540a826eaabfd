// The page around the chat: over HTTPS, with a session.
#include "ui/pages/chat/chat_page.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/input.h"
#include "ui/pages/chat/answer_view.h"
#include "ui/pages/chat/chat_view.h"
#include "ui/pages/chat/composer.h"
#include "ui/pages/chat/conversation_view.h"
#include "ui/pages/chat/prompt_edit.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/state_view.h"

namespace hearth::ui {
namespace {

class ChatPageTest : public testing::Test {
protected:
    void open(const QJsonArray& models) {
        fake.node.answer("GET", "/api/v1/models",
                         QJsonObject{{"object", "list"}, {"data", models}});
        page = std::make_unique<ChatPage>(fake.context);
        page->resize(1100, 800);
        test::activate(*page);
        page->shown();
        ASSERT_TRUE(
            QTest::qWaitFor([&] { return view().modelPicker()->count() == models.size(); }, 5000));
    }
    ChatView& view() { return *page->findChild<ChatView*>(); }
    static QJsonObject model(const QString& id, bool served) {
        return {{"id", id}, {"kind", "base"}, {"served", served}};
    }
    static QJsonObject piece(const QString& text, const QJsonValue& finish = {}) {
        return {{"choices", QJsonArray{QJsonObject{{"index", 0},
                                                   {"delta", QJsonObject{{"content", text}}},
                                                   {"finish_reason", finish}}}}};
    }

    FakeSession fake;
    std::unique_ptr<ChatPage> page;
};

TEST_F(ChatPageTest, AnAnswerArrivesWithItsTokens) {
    open({model("hearth-demo", true)});
    fake.node.answer(
        "POST", "/v1/chat/completions",
        FakeAnswer::events(
            {piece("Hello"), piece(" there"), piece("", "stop"),
             QJsonObject{{"choices", QJsonArray{}},
                         {"usage", QJsonObject{{"prompt_tokens", 12}, {"completion_tokens", 2}}}}},
            20));
    view().composer()->edit()->setPlainText("Hi");
    QTest::keyClick(view().composer()->edit(), Qt::Key_Return);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !view().conversation().isRunning(); }, 5000));
    const Answer* answer = view().conversation().turns()[0].answers[0];
    EXPECT_EQ(answer->state(), Answer::State::Done);
    EXPECT_EQ(answer->text(), "Hello there");
    EXPECT_EQ(answer->promptTokens(), 12);
    EXPECT_EQ(answer->completionTokens(), 2);
}

TEST_F(ChatPageTest, AStreamThatBreaksOffKeepsItsText) {
    open({model("hearth-demo", true)});
    FakeAnswer broken = FakeAnswer::events({piece("Half of it")}, 20);
    broken.stream.removeLast();  // [DONE]
    broken.breaksOff = true;
    fake.node.answer("POST", "/v1/chat/completions", broken);
    view().composer()->edit()->setPlainText("Hi");
    QTest::keyClick(view().composer()->edit(), Qt::Key_Return);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !view().conversation().isRunning(); }, 5000));
    EXPECT_EQ(view().conversation().turns()[0].answers[0]->state(), Answer::State::Interrupted);
    EXPECT_EQ(view().conversation().turns()[0].answers[0]->text(), "Half of it");
}

TEST_F(ChatPageTest, CurlNamesTheNode) {
    open({model("hearth-demo", true)});
    view().conversation().send("Hi", {"hearth-demo"}, {});
    CopyButton* curl = nullptr;
    for (auto* button : page->findChildren<CopyButton*>())
        if (button->accessibleName() == "Copy as curl")
            curl = button;
    ASSERT_TRUE(curl);
    curl->click();
    EXPECT_TRUE(QApplication::clipboard()->text().contains(
        fake.node.url().toString(QUrl::RemovePath) + "/v1/chat/completions"));
    EXPECT_FALSE(QApplication::clipboard()->text().contains("token-of-the-test"));
}

TEST_F(ChatPageTest, WithoutModelsItLeadsToTheModelsPage) {
    open({model("hearth-demo", false)});
    QSignalSpy requested(&fake.navigator, &Navigator::requested);
    ASSERT_TRUE(QTest::qWaitFor([&] { return view().stateView()->isVisible(); }, 2000));
    emit view().stateView()->primaryClicked();
    ASSERT_EQ(requested.count(), 1);
    EXPECT_EQ(requested[0][0].toString(), "models");
}

TEST_F(ChatPageTest, OpensWithTheModelThatWasAskedForEvenBeforeTheListIsThere) {
    fake.node.answer(
        "GET", "/api/v1/models",
        QJsonObject{{"object", "list"}, {"data", QJsonArray{model("a", true), model("b", true)}}});
    page = std::make_unique<ChatPage>(fake.context);
    page->shown();
    page->openItem("b");
    EXPECT_TRUE(QTest::qWaitFor([&] { return view().modelPicker()->choice() == "b"; }, 5000));
}

}  // namespace
}  // namespace hearth::ui
