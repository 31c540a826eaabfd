// What goes wrong between a console and its node, and what the console makes of it.
#include <QJsonObject>
#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/models/local_node.h"
#include "ui/models/profiles.h"
#include "ui/models/session.h"

namespace hearth::ui {
namespace {

class StatesFlow : public FlowTest {
protected:
    bool reaches(SessionState state, int milliseconds = 20'000) {
        return waitUntil([&] { return context().session.state() == state; }, milliseconds);
    }
    /// A console that knows `node` by its address, with the certificate of this moment pinned.
    void openKnowing(RealNode& node) {
        openConsole();
        QString error;
        auto profile = profileOfDirectory(node.directory(), &error);
        ASSERT_TRUE(profile) << error.toStdString();
        profile->name = "plant-1";
        profile->dataDirectory.clear();
        context().profiles.setCurrent(context().profiles.save(*profile));
        ASSERT_TRUE(reaches(SessionState::SignedOut));
    }
};

TEST_F(StatesFlow, AnotherCertificateStopsEverything) {
    RealNode node;
    node.start();
    openKnowing(node);
    node.stop();
    node.replaceCertificate();
    node.start();
    context().session.retry();
    ASSERT_TRUE(reaches(SessionState::CertificateChanged));
    ASSERT_TRUE(waitForText(&window(), "shows another certificate"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("certificate_changed");
}

TEST_F(StatesFlow, WhoMayLittleSeesLittle) {
    RealNode& node = sharedNode();
    const QString key =
        node.hearth({"key", "create", "reader", "--permission", "models.use"}).section('\n', -1);
    openKnowing(node);
    bool answered = false;
    context().session.signInWithKey(key, [&](const Outcome<Nothing>& outcome) {
        answered = true;
        EXPECT_TRUE(outcome.ok()) << outcome.failure().message.toStdString();
    });
    ASSERT_TRUE(waitUntil([&] { return answered; }));
    ASSERT_TRUE(reaches(SessionState::Ready));
    EXPECT_EQ(findCalled(&window(), "API keys"), nullptr);
    EXPECT_NE(findCalled(&window(), "Chat"), nullptr);
}

TEST_F(StatesFlow, TheNodeGoesAwayAndComesBack) {
    RealNode node;
    node.start();
    openConsole();
    QString error;
    auto profile = profileOfDirectory(node.directory(), &error);
    context().profiles.setCurrent(context().profiles.save(*profile));
    ASSERT_TRUE(reaches(SessionState::Ready));
    node.kill();
    ASSERT_TRUE(waitForText(&window(), "does not answer", 30'000));
    picture("node_away");
    node.start();
    EXPECT_TRUE(waitUntil([this] { return !isShown(&window(), "does not answer"); }, 30'000));
    EXPECT_EQ(context().session.state(), SessionState::Ready);
    EXPECT_TRUE(waitForText(&window(), "The node has been restarted."));
}

TEST_F(StatesFlow, TheConsoleStartsStopsAndRestartsItsLocalNode) {
    RealNode node;
    openConsole();
    QString error;
    auto profile = profileOfDirectory(node.directory(), &error);
    ASSERT_TRUE(profile) << error.toStdString();
    context().profiles.setCurrent(context().profiles.save(*profile));
    ASSERT_TRUE(waitForText(&window(), "is not running"));
    picture("local_node_stopped");
    ASSERT_TRUE(click(&window(), "Start node"));
    ASSERT_TRUE(reaches(SessionState::Ready, 30'000));
    const auto state = [this] { return context().localNode.state(); };
    ASSERT_TRUE(waitUntil([&] { return state() == LocalNode::State::Running; }));
    context().localNode.restart();
    ASSERT_TRUE(waitUntil([&] { return state() != LocalNode::State::Running; }));
    ASSERT_TRUE(waitUntil([&] { return state() == LocalNode::State::Running; }, 30'000));
    context().localNode.stop();
    ASSERT_TRUE(waitUntil([&] { return state() == LocalNode::State::Stopped; }, 30'000));
}

TEST_F(StatesFlow, ANodeThatFailsToStartShowsItsLog) {
    RealNode node;
    QFile config(node.directory() + "/config.toml");
    ASSERT_TRUE(config.open(QIODevice::Append));
    config.write("\n[server]\nnonsense = true\n");
    config.close();
    openConsole();
    QString error;
    auto profile = profileOfDirectory(node.directory(), &error);
    ASSERT_TRUE(profile) << error.toStdString();
    context().profiles.setCurrent(context().profiles.save(*profile));
    ASSERT_TRUE(click(&window(), "Start node"));
    ASSERT_TRUE(waitUntil(
        [this] { return context().localNode.state() == LocalNode::State::Failed; }, 30'000));
    EXPECT_TRUE(waitForText(&window(), "Its last words are"));
    EXPECT_TRUE(context().localNode.logTail().join('\n').contains("TOML"));
    picture("local_node_failed");
}

}  // namespace
}  // namespace hearth::ui
