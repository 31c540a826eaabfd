#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/models/session.h"

namespace hearth::ui {
namespace {

class SettingsFlow : public FlowTest {};

TEST_F(SettingsFlow, AppearanceSwitchesLiveAndStays) {
    openSignedIn();
    goTo("settings");
    ASSERT_TRUE(waitForText(&window(), "Appearance"));
    pause(500);
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("settings");
    ASSERT_TRUE(click(&window(), "Dark"));
    const auto ground = [this] { return window().palette().color(QPalette::Window); };
    EXPECT_TRUE(waitUntil([&] { return ground() == darkColors().background; }, 2000));
    ASSERT_TRUE(click(&window(), "Light"));
    EXPECT_TRUE(waitUntil([&] { return ground() == lightColors().background; }, 2000));
}

TEST_F(SettingsFlow, SigningOutLeadsToSigningIn) {
    openSignedIn();
    goTo("settings");
    ASSERT_TRUE(click(&window(), "Sign out"));
    EXPECT_TRUE(waitUntil([this] { return context().session.state() == SessionState::SignedOut; }));
}

}  // namespace
}  // namespace hearth::ui
