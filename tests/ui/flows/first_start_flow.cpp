#include <QLineEdit>
#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/models/session.h"

namespace hearth::ui {
namespace {

class FirstStartFlow : public FlowTest {
protected:
    void connectTo(const QString& address) {
        ASSERT_TRUE(waitForText(&window(), "Welcome to Hearth"));
        ASSERT_TRUE(type(&window(), "Address", address));
        ASSERT_TRUE(click(&window(), "Connect"));
    }
    void trust() {
        ASSERT_TRUE(waitForText(&window(), "Is this the right node?"));
        ASSERT_TRUE(click(&window(), "Trust this node"));
    }
    void signIn(const QString& user, const QString& password) {
        ASSERT_TRUE(waitForText(&window(), "User name"));
        ASSERT_TRUE(type(&window(), "User name", user));
        ASSERT_TRUE(type(&window(), "Password", password));
        ASSERT_TRUE(click(&window(), "Sign in"));
    }
    bool isReady() {
        return waitUntil([this] { return context().session.state() == SessionState::Ready; });
    }
};

TEST_F(FirstStartFlow, FromNothingToSignedIn) {
    sharedNode();
    openConsole();
    ASSERT_TRUE(waitForText(&window(), "Welcome to Hearth"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("first_start");
    connectTo("not an address at all");
    EXPECT_TRUE(waitForText(&window(), "This is not an address"));
    connectTo(sharedNode().url());

    ASSERT_TRUE(waitForText(&window(), "Is this the right node?"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("certificate_first_use");
    trust();

    ASSERT_TRUE(waitForText(&window(), "User name"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("sign_in");
    signIn(RealNode::kUser, "a wrong password");
    EXPECT_TRUE(waitUntil([this] { return !isShown(&window(), "Signing in"); }));
    EXPECT_EQ(context().session.state(), SessionState::SignedOut);
    pause(1500);  // the account's back-off after a wrong password
    signIn(RealNode::kUser, RealNode::kPassword);
    ASSERT_TRUE(isReady());
    EXPECT_EQ(context().session.me().role, "admin");
    EXPECT_EQ(window().currentPage().toStdString(), "overview");
}

TEST_F(FirstStartFlow, ByKeyboardAlone) {
    sharedNode();
    openConsole();
    ASSERT_TRUE(waitForText(&window(), "Welcome to Hearth"));
    const auto keys = [this](const QString& text) {
        QTest::keyClicks(window().focusWidget(), text);
        QTest::keyClick(window().focusWidget(), Qt::Key_Return);
    };
    ASSERT_TRUE(waitUntil([this] { return qobject_cast<QLineEdit*>(window().focusWidget()); }));
    keys(sharedNode().url());
    ASSERT_TRUE(waitForText(&window(), "Is this the right node?"));
    const auto isOn = [this](const QString& name) {
        return window().focusWidget() && isCalled(window().focusWidget(), name);
    };
    for (int i = 0; i < 12 && !isOn("Trust this node"); ++i)
        QTest::keyClick(window().focusWidget() ? window().focusWidget() : &window(), Qt::Key_Tab);
    ASSERT_TRUE(isOn("Trust this node"));
    QTest::keyClick(window().focusWidget(), Qt::Key_Return);
    ASSERT_TRUE(waitForText(&window(), "User name"));
    ASSERT_TRUE(waitUntil([&] { return isOn("User name"); }));
    QTest::keyClicks(window().focusWidget(), RealNode::kUser);
    for (int i = 0; i < 4 && !isOn("Password"); ++i)
        QTest::keyClick(window().focusWidget(), Qt::Key_Tab);
    keys(RealNode::kPassword);
    EXPECT_TRUE(isReady());
}

TEST_F(FirstStartFlow, ANodeThatIsNotThere) {
    openConsole();
    connectTo("127.0.0.1:1");
    ASSERT_TRUE(waitForText(&window(), "cannot be reached"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("unreachable");
}

}  // namespace
}  // namespace hearth::ui
