#include <QtTest>

#include "tests/ui/flows/stage.h"

namespace hearth::ui {
namespace {

class KeysFlow : public FlowTest {};

TEST_F(KeysFlow, MadeShownOnceRevoked) {
    openSignedIn();
    goTo("api_keys");
    ASSERT_TRUE(click(&window(), "Create a key"));
    ASSERT_TRUE(type(&window(), "Name", "line-3-assistant"));
    picture("new_api_key");
    ASSERT_TRUE(click(&window(), "Create key"));
    ASSERT_TRUE(waitForText(&window(), "It is never shown again"));
    EXPECT_TRUE(waitForText(&window(), "hk_"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("api_key_once");
    ASSERT_TRUE(click(&window(), "I have copied it"));
    EXPECT_TRUE(waitUntil([this] { return !isShown(&window(), "It is never shown again"); }));
    pause(600);
    picture("api_keys");
    const QString keys = sharedNode().hearth({"key", "list"});
    EXPECT_TRUE(keys.contains("line-3-assistant")) << keys.toStdString();
}

}  // namespace
}  // namespace hearth::ui
