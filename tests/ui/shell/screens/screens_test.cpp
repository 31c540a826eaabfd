// Drives the screens as a person does: types, presses, reads.
#include <gtest/gtest.h>

#include "tests/ui/support/fake_session.h"
#include "ui/shell/screens/add_node_form.h"
#include "ui/shell/screens/certificate_changed_screen.h"
#include "ui/shell/screens/certificate_unknown_screen.h"
#include "ui/shell/screens/connecting_screen.h"
#include "ui/shell/screens/session_screen.h"
#include "ui/shell/screens/sign_in_screen.h"
#include "ui/shell/screens/unreachable_screen.h"
#include "ui/shell/screens/welcome_screen.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {

class ScreensTest : public testing::Test {
protected:
    ScreensTest() {
        window.resize(900, 700);
        window.show();
        fake.session.open();
    }

    template <typename T>
    bool comesTo() {
        return QTest::qWaitFor([&] { return qobject_cast<T*>(window.screen()); }, 10'000);
    }
    LineField* field(const char* name) { return window.findChild<LineField*>(name); }
    Button* button(const char* name) { return window.findChild<Button*>(name); }
    void press(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    /// All the text of the screen in front.
    QString text() {
        QStringList all;
        for (const QLabel* label : window.screen()->findChildren<QLabel*>())
            if (label->isVisible())
                all.append(label->text());
        for (const Banner* banner : window.screen()->findChildren<Banner*>())
            if (banner->isVisible())
                all.append(banner->text());
        return all.join('\n');
    }
    void meetNode() {
        field("add-node-address")->setText(fake.node.url().authority());
        QTest::keyClick(field("add-node-address"), Qt::Key_Return);
    }

    FakeSession fake{FakeSession::Start::NotOpened};
    SessionScreen window{fake.context};
};

TEST_F(ScreensTest, FromWelcomeToReady) {
    ASSERT_TRUE(comesTo<WelcomeScreen>());
    EXPECT_TRUE(text().contains("Welcome to Hearth"));
    meetNode();
    ASSERT_TRUE(comesTo<CertificateUnknownScreen>());
    EXPECT_TRUE(text().contains(QString::fromLatin1(fake.node.fingerprint().left(4)).toUpper()));
    EXPECT_TRUE(text().contains("node.example"));
    press("certificate-trust");
    ASSERT_TRUE(comesTo<SignInScreen>());
    EXPECT_TRUE(text().contains("no keychain")) << "the test's store is in memory";

    fake.node.answer("POST", "/api/v1/sessions",
                     FakeAnswer::error(401, "invalid_api_key", "the login is wrong"));
    press("sign-in");
    EXPECT_TRUE(text().contains("Type your user name."));
    field("sign-in-user")->setText("admin");
    field("sign-in-password")->setText("guess");
    QTest::keyClick(field("sign-in-password"), Qt::Key_Return);
    EXPECT_FALSE(button("sign-in")->isEnabled());
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return text().contains("The name or the password is wrong."); }, 5000));
    EXPECT_TRUE(button("sign-in")->isEnabled());

    fake.node.answer("POST", "/api/v1/sessions", QJsonObject{{"token", "token-1"}});
    field("sign-in-password")->setText("right");
    press("sign-in");
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.session.state() == SessionState::Ready; }, 5000));
    EXPECT_TRUE(field("sign-in-password")->text().isEmpty()) << "not kept";
}

TEST_F(ScreensTest, AddressesAreCheckedInPlace) {
    ASSERT_TRUE(comesTo<WelcomeScreen>());
    for (const char* bad : {"", "http://node", "no de", "ftp://x", "node:99999", "a@b"}) {
        field("add-node-address")->setText(bad);
        press("add-node-connect");
        EXPECT_TRUE(fake.profiles.all().isEmpty()) << bad;
        auto* row = qobject_cast<FormField*>(field("add-node-address")->parentWidget());
        ASSERT_TRUE(row);
        EXPECT_TRUE(row->hasError()) << bad;
    }
}

TEST_F(ScreensTest, AFolderThatIsNoNodeIsSaidSo) {
    ASSERT_TRUE(comesTo<WelcomeScreen>());
    QTemporaryDir empty;
    auto* form = window.findChild<AddNodeForm*>();
    QTest::mouseClick(form->findChildren<QAbstractButton*>().at(1), Qt::LeftButton);
    ASSERT_TRUE(field("add-node-folder")->isVisible());
    field("add-node-folder")->setText(empty.path());
    press("add-node-connect");
    EXPECT_TRUE(text().contains("no node in this folder"));
    field("add-node-folder")->setText("/nowhere");
    press("add-node-connect");
    EXPECT_TRUE(text().contains("does not exist"));
}

TEST_F(ScreensTest, CancellingAtTheCertificateForgetsTheNode) {
    meetNode();
    ASSERT_TRUE(comesTo<CertificateUnknownScreen>());
    press("certificate-cancel");
    EXPECT_TRUE(comesTo<WelcomeScreen>());
    EXPECT_TRUE(fake.profiles.all().isEmpty());
}

TEST_F(ScreensTest, AChangedCertificateTakesTheNodesName) {
    fake.addProfile();
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.session.state() == SessionState::Ready; }, 5000));
    const QString before = QString::fromLatin1(fake.node.fingerprint().left(4)).toUpper();
    fake.node.changeCertificate();
    ASSERT_TRUE(comesTo<CertificateChangedScreen>());
    const QString now = QString::fromLatin1(fake.node.fingerprint().left(4)).toUpper();
    EXPECT_TRUE(text().contains(before));
    EXPECT_TRUE(text().contains(now));
    EXPECT_FALSE(button("certificate-trust-new")->isEnabled());
    field("certificate-name")->setText("fake");
    EXPECT_FALSE(button("certificate-trust-new")->isEnabled());
    field("certificate-name")->setText("fake-node");
    ASSERT_TRUE(button("certificate-trust-new")->isEnabled());
    press("certificate-trust-new");
    EXPECT_TRUE(QTest::qWaitFor([&] { return fake.session.state() == SessionState::Ready; }, 5000));
}

TEST_F(ScreensTest, UnreachableCountsDownAndRetries) {
    fake.node.stop();
    fake.addProfile();
    ASSERT_TRUE(comesTo<UnreachableScreen>());
    EXPECT_TRUE(text().contains("No node answers"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return text().contains("Trying again in"); }, 5000));
    fake.node.start();
    press("retry-now");
    EXPECT_TRUE(QTest::qWaitFor([&] { return fake.session.state() == SessionState::Ready; }, 5000));
}

TEST_F(ScreensTest, ConnectingSaysWhatItWaitsFor) {
    fake.node.answer("GET", "/api/v1/me", FakeAnswer{.delayMs = 20'000});
    fake.addProfile();
    ASSERT_TRUE(comesTo<ConnectingScreen>());
    QTest::qWait(300);
    EXPECT_FALSE(text().contains("Waiting"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return text().contains("Waiting for an answer"); }, 7'000));
}

TEST_F(ScreensTest, AnotherNodeCanBeAddedAndLeft) {
    fake.node.stop();
    fake.addProfile();
    ASSERT_TRUE(comesTo<UnreachableScreen>());
    window.addNode();
    ASSERT_TRUE(comesTo<WelcomeScreen>());
    EXPECT_TRUE(text().contains("Add a node"));
    QTest::qWait(1'500);  // tries go on meanwhile
    EXPECT_TRUE(comesTo<WelcomeScreen>());
    FakeNode other;
    field("add-node-address")->setText(other.url().authority());
    press("add-node-connect");
    EXPECT_TRUE(comesTo<CertificateUnknownScreen>());
    EXPECT_EQ(fake.profiles.all().size(), 2);
}

TEST_F(ScreensTest, TextOfANodeIsNeverMarkup) {
    fake.node.answer("GET", "/api/v1/me",
                     FakeAnswer::error(503, "unavailable", "<h1>loud</h1><img src=x>"));
    fake.addProfile();
    ASSERT_TRUE(comesTo<UnreachableScreen>());
    EXPECT_TRUE(text().contains("<h1>loud</h1>"));
    for (const QLabel* label : window.findChildren<QLabel*>())
        EXPECT_EQ(label->textFormat(), Qt::PlainText) << label->text().toStdString();
}

TEST_F(ScreensTest, SwitchesLanguageInPlace) {
    ASSERT_TRUE(comesTo<WelcomeScreen>());
    fake.preferences.setLanguage(LanguageChoice::Korean);
    fake.preferences.setLanguage(LanguageChoice::English);
    EXPECT_TRUE(text().contains("Welcome to Hearth"));
}

}  // namespace
}  // namespace hearth::ui
