#include "ui/pages/settings/settings_page.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/input.h"
#include "ui/pages/settings/account_card.h"
#include "ui/pages/settings/appearance_card.h"
#include "ui/pages/settings/node_row.h"
#include "ui/pages/settings/nodes_card.h"
#include "ui/pages/settings/rename_form.h"
#include "ui/pages/settings/this_node_card.h"
#include "ui/theme/motion.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/status_pill.h"
#include "ui/widgets/switch.h"

namespace hearth::ui {
namespace {

class SettingsPageTest : public testing::Test {
protected:
    SettingsPageTest() {
        setReduceMotion(true);
        page.resize(1100, 900);
        test::activate(page);
    }
    ~SettingsPageTest() override {
        Theme::instance().apply(ThemeMode::Light);
        Language::instance().apply(LanguageChoice::English);
        setReduceMotion(false);
    }

    /// As a click on the choice.
    static void choose(SegmentedControl* control, int index) {
        QTest::mouseClick(control->findChildren<QRadioButton*>()[index], Qt::LeftButton);
    }
    Confirm* question() { return page.window()->findChild<Confirm*>(); }

    FakeSession fake;
    SettingsPage page{fake.context};
};

TEST_F(SettingsPageTest, ThemeAndLanguageSwitchAtOnceAndAreRemembered) {
    choose(page.appearance()->theme(), 2);
    EXPECT_TRUE(Theme::instance().isDark());
    EXPECT_EQ(fake.preferences.theme(), ThemeMode::Dark);
    choose(page.appearance()->language(), 2);
    EXPECT_TRUE(Language::instance().isKorean());
    EXPECT_EQ(fake.preferences.language(), LanguageChoice::Korean);
}

TEST_F(SettingsPageTest, MotionCanBeReduced) {
    page.appearance()->motion()->click();
    EXPECT_TRUE(fake.preferences.reduceMotion());
    EXPECT_EQ(motionDuration(), 0);
}

TEST_F(SettingsPageTest, AddsANodeByItsAddress) {
    page.nodes()->addButton()->click();
    auto* address = page.findChild<LineField*>("add-node-address");
    ASSERT_TRUE(address);
    EXPECT_TRUE(address->hasFocus());
    address->setText("10.0.0.5");
    page.findChild<LineField*>("add-node-name")->setText("서울 노드");
    QTest::keyClick(address, Qt::Key_Return);
    ASSERT_EQ(fake.profiles.all().size(), 2);
    EXPECT_EQ(fake.profiles.current()->name, "서울 노드");
    EXPECT_FALSE(page.findChild<Drawer*>()->isOpen());
}

TEST_F(SettingsPageTest, ReturnInMidCompositionAddsNothing) {
    page.nodes()->addButton()->click();
    page.findChild<LineField*>("add-node-address")->setText("10.0.0.5");
    auto* name = page.findChild<LineField*>("add-node-name");
    test::compose(*name, "서");
    QTest::keyClick(name, Qt::Key_Return);
    EXPECT_EQ(fake.profiles.all().size(), 1);
}

TEST_F(SettingsPageTest, RenamesANode) {
    page.nodes()->rows()[0]->renameButton()->click();
    auto* form = page.findChild<RenameForm*>();
    EXPECT_EQ(form->name()->text(), "fake-node");
    EXPECT_TRUE(form->name()->hasFocus());
    form->name()->clear();
    form->saveButton()->click();
    EXPECT_EQ(fake.profiles.current()->name, "fake-node");
    form->name()->setText("Seoul");
    form->saveButton()->click();
    EXPECT_EQ(fake.profiles.current()->name, "Seoul");
    EXPECT_EQ(page.nodes()->rows().size(), 1);
    EXPECT_EQ(fake.session.state(), SessionState::Ready);
}

TEST_F(SettingsPageTest, ForgetsANodeWithItsCredential) {
    const QString id = fake.profiles.save({.name = "old", .url = QUrl("https://old:8443")});
    fake.secrets.write(id, "token");
    page.nodes()->rows()[1]->forgetButton()->click();
    ASSERT_TRUE(question());
    question()->confirmButton()->click();
    EXPECT_FALSE(fake.profiles.find(id));
    QByteArray kept = "not answered";
    fake.secrets.read(id, &page, [&](const QByteArray& secret) { kept = secret; });
    EXPECT_TRUE(QTest::qWaitFor([&] { return kept != "not answered"; }, 1000));
    EXPECT_EQ(kept, "");
}

TEST_F(SettingsPageTest, ForgettingCanBeGivenUp) {
    page.nodes()->rows()[0]->forgetButton()->click();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    EXPECT_EQ(fake.profiles.all().size(), 1);
}

TEST_F(SettingsPageTest, SaysWhichNodeThisIs) {
    EXPECT_EQ(page.thisNode()->fingerprint(), QString(fake.node.fingerprint()));
    EXPECT_EQ(page.thisNode()->pill()->text(), "Connected");
    // Elsewhere: no switch.
    EXPECT_FALSE(page.thisNode()->startButton()->isVisible());
    EXPECT_FALSE(page.thisNode()->stopButton()->isVisible());
}

TEST_F(SettingsPageTest, ANodeOnThisComputerThatDoesNotStartSaysWhy) {
    QTemporaryDir empty;
    fake.profiles.setCurrent(fake.profiles.save(
        {.name = "here", .url = fake.node.url(), .dataDirectory = empty.path()}));
    ASSERT_TRUE(QTest::qWaitFor([&] { return page.thisNode()->startButton()->isVisible(); }, 5000));
    EXPECT_FALSE(page.thisNode()->stopButton()->isVisible());
    page.thisNode()->startButton()->click();
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return fake.localNode.state() == LocalNode::State::Failed; }, 5000));
    EXPECT_EQ(page.thisNode()->pill()->text(), "Failed");
    EXPECT_EQ(page.thisNode()->troubleText(), fake.localNode.failure());
    EXPECT_TRUE(page.thisNode()->startButton()->isVisible());
}

TEST_F(SettingsPageTest, SaysWhatTheUserMay) {
    EXPECT_TRUE(page.account()->permissions().contains("Use models"));
    fake.permit({core::Permission::ReadNode});
    EXPECT_EQ(page.account()->permissions(), "See the node");
}

TEST_F(SettingsPageTest, SignsOut) {
    fake.node.answer("DELETE", "/api/v1/sessions/current", QJsonObject{});
    page.account()->signOutButton()->click();
    EXPECT_TRUE(
        QTest::qWaitFor([&] { return fake.session.state() == SessionState::SignedOut; }, 5000));
    EXPECT_FALSE(page.account()->signOutButton()->isEnabled());
}

TEST_F(SettingsPageTest, TurnsKoreanWithoutANewWidget) {
    const QString id = page.nodes()->rows()[0]->id();
    const auto before = page.findChildren<QWidget*>();
    choose(page.appearance()->language(), 2);
    EXPECT_EQ(page.findChildren<QWidget*>(), before);
    EXPECT_EQ(page.nodes()->rows()[0]->id(), id);
}

TEST_F(SettingsPageTest, EveryStopOfTheKeyboardHasAName) {
    for (const QWidget* widget : page.findChildren<QWidget*>())
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
