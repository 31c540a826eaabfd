#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/models/session.h"
#include "ui/shell/navigator.h"

namespace hearth::ui {
namespace {

class ChatFlow : public FlowTest {
protected:
    void ask(const QString& prompt) {
        ASSERT_TRUE(type(&window(), "Prompt", prompt));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    }
};

TEST_F(ChatFlow, AnAnswerStreamsAndTellsItsSpeed) {
    haveModel();
    openSignedIn();
    goTo("chat");
    ASSERT_TRUE(waitForText(&window(), "Talk to hearth-demo"));
    ask("What is the capital of France?");
    ASSERT_TRUE(waitForText(&window(), "tokens/s", 30'000));
    EXPECT_TRUE(isShown(&window(), "What is the capital of France?"));
    takePictures(window(), "chat");
}

TEST_F(ChatFlow, BaseAndTunedModelAnswerSideBySide) {
    const QString tuned = haveTunedModel();
    ASSERT_FALSE(tuned.isEmpty());
    openSignedIn();
    context().navigator.open("chat", tuned);
    ASSERT_TRUE(waitForText(&window(), "Talk to " + tuned));
    takePictures(window(), "chat_tuned");
}

}  // namespace
}  // namespace hearth::ui
