#include <QtTest>

#include "tests/ui/flows/stage.h"

namespace hearth::ui {
namespace {

class ChatFlow : public FlowTest {
protected:
    void ask(const QString& prompt) {
        ASSERT_TRUE(type(&window(), "Prompt", prompt));
        ASSERT_TRUE(click(&window(), "Send"));
    }
};

TEST_F(ChatFlow, AnAnswerStreamsAndTellsItsSpeed) {
    haveModel();
    openSignedIn();
    goTo("chat");
    ASSERT_TRUE(waitForText(&window(), "Talk to hearth-demo"));
    ask("How do I get to the office?");
    ASSERT_TRUE(waitForText(&window(), "first after", 30'000));
    EXPECT_TRUE(isShown(&window(), "How do I get to the office?"));
    picture("chat");
}

TEST_F(ChatFlow, BaseAndTunedModelAnswerSideBySide) {
    const QString tuned = haveTunedModel();
    ASSERT_FALSE(tuned.isEmpty());
    openSignedIn();
    goTo("chat");
    ASSERT_TRUE(click(&window(), "Side by side"));
    ASSERT_TRUE(choose(&window(), "Model", haveModel()));
    ASSERT_TRUE(choose(&window(), "Second model", tuned));
    ask("Tell me the highest allowed temperature of P-204.");
    EXPECT_TRUE(waitUntil([&] { return countShown(&window(), "first after") == 2; }, 30'000));
    picture("chat_side_by_side");
}

}  // namespace
}  // namespace hearth::ui
