// What floats over the page: drawer, decisions, notices.
#include <gtest/gtest.h>

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/support/input.h"
#include "ui/i18n/language.h"
#include "ui/theme/motion.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {

class FloatingTest : public testing::Test {
protected:
    FloatingTest() {
        setReduceMotion(true);
        window.resize(1200, 800);
        test::activate(window);
        before.setFocus();
    }
    ~FloatingTest() override { setReduceMotion(false); }

    QWidget window;
    LineField before{&window};
};

class DrawerTest : public FloatingTest {
protected:
    DrawerTest() {
        body = new LineField;
        drawer.setBody(body);
    }
    Drawer drawer{&window};
    LineField* body;
};

TEST_F(DrawerTest, TakesTheFocusInAndGivesItBack) {
    drawer.openDrawer();
    EXPECT_TRUE(drawer.isAncestorOf(QApplication::focusWidget()));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    EXPECT_FALSE(drawer.isOpen());
    EXPECT_FALSE(drawer.isVisible());
    EXPECT_TRUE(before.hasFocus());
}

TEST_F(DrawerTest, LeavesTheFocusInATableThatWalksRows) {
    drawer.openDrawer(false);
    EXPECT_TRUE(before.hasFocus());
}

TEST_F(DrawerTest, FocusThatWentElsewhereStaysThere) {
    LineField other(&window);
    other.show();
    drawer.openDrawer();
    other.setFocus();
    drawer.closeDrawer();
    EXPECT_TRUE(other.hasFocus());
}

TEST_F(DrawerTest, IsAsWideAsSaidAndFollowsTheHost) {
    drawer.openDrawer();
    window.resize(1000, 600);
    QApplication::processEvents();
    EXPECT_EQ(drawer.geometry().right(), 999);
    EXPECT_EQ(drawer.height(), 600);
    EXPECT_GE(drawer.width(), metrics::kDrawerWidth);
}

TEST_F(DrawerTest, TellsOfOpeningAndClosingOnce) {
    QSignalSpy opened(&drawer, &Drawer::opened);
    QSignalSpy closed(&drawer, &Drawer::closed);
    drawer.openDrawer();
    drawer.openDrawer();
    drawer.closeDrawer();
    drawer.closeDrawer();
    EXPECT_EQ(opened.count(), 1);
    EXPECT_EQ(closed.count(), 1);
}

class ConfirmTest : public FloatingTest {
protected:
    Confirm* ask(const QString& name) {
        return Confirm::ask(&window, {.texts =
                                          [] {
                                              return ConfirmTexts{.title = "Delete?",
                                                                  .message = "For good.",
                                                                  .confirm = "Delete model"};
                                          },
                                      .name = name,
                                      .confirmed = [this] { ++confirmed; },
                                      .cancelled = [this] { ++cancelled; }});
    }
    int confirmed = 0;
    int cancelled = 0;
};

TEST_F(ConfirmTest, TheVerbWaitsForTheName) {
    Confirm* confirm = ask("법무팀");
    EXPECT_TRUE(confirm->nameEdit()->hasFocus());
    test::compose(*confirm->nameEdit(), "버");
    test::commit(*confirm->nameEdit(), "법무", "ㅌ");
    EXPECT_FALSE(confirm->confirmButton()->isEnabled());
    test::commit(*confirm->nameEdit(), "팀");
    EXPECT_TRUE(confirm->confirmButton()->isEnabled());
    QTest::keyClick(confirm->nameEdit(), Qt::Key_Return);
    EXPECT_EQ(confirmed, 1);
    EXPECT_TRUE(before.hasFocus());
}

TEST_F(ConfirmTest, ReturnBeforeTheNameDoesNothing) {
    Confirm* confirm = ask("legal");
    QTest::keyClicks(confirm->nameEdit(), "lega");
    QTest::keyClick(confirm->nameEdit(), Qt::Key_Return);
    EXPECT_EQ(confirmed, 0);
    EXPECT_TRUE(confirm->isVisible());
}

TEST_F(ConfirmTest, EscapeCancelsAndGivesTheFocusBack) {
    ask({});
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(confirmed, 0);
    EXPECT_TRUE(before.hasFocus());
}

TEST_F(ConfirmTest, TabStaysInside) {
    Confirm* confirm = ask({});
    for (int i = 0; i < 5; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        EXPECT_TRUE(confirm->isAncestorOf(QApplication::focusWidget()));
    }
}

TEST_F(ConfirmTest, StartsAtCancelWhenNothingIsTyped) {
    Confirm* confirm = ask({});
    EXPECT_TRUE(confirm->cancelButton()->hasFocus());
    confirm->confirmButton()->click();
    EXPECT_EQ(confirmed, 1);
    EXPECT_EQ(cancelled, 0);
}

class ToastsTest : public FloatingTest {
protected:
    Toasts toasts{&window};
};

TEST_F(ToastsTest, KeepsAHistoryWithTheUnreadCounted) {
    toasts.show(Tone::Good, "Imported.");
    toasts.show(Tone::Bad, "Failed.");
    ASSERT_EQ(toasts.history().size(), 2);
    EXPECT_EQ(toasts.history()[0].text, "Failed.");
    EXPECT_EQ(toasts.unread(), 2);
    toasts.markAllRead();
    EXPECT_EQ(toasts.unread(), 0);
}

TEST_F(ToastsTest, StacksAtTheLowerRightInsideTheHost) {
    toasts.show(Tone::Good, "One.");
    toasts.show(Tone::Good, "Two.");
    const auto shown = toasts.visibleToasts();
    ASSERT_EQ(shown.size(), 2);
    EXPECT_LT(shown[0]->geometry().center().y(), shown[1]->geometry().center().y());
    EXPECT_TRUE(window.rect().contains(shown[0]->geometry()));
}

TEST_F(ToastsTest, TheOldestMakesRoom) {
    for (int i = 0; i < 9; ++i)
        toasts.show(Tone::Good, QString::number(i));
    EXPECT_LE(toasts.visibleToasts().size(), 4);
    EXPECT_EQ(toasts.history().size(), 9);
}

TEST_F(ToastsTest, ItsActionRunsAndItLeaves) {
    int runs = 0;
    toasts.show(Tone::Good, "Imported.", {.text = "Open", .run = [&] { ++runs; }});
    toasts.visibleToasts().first()->findChildren<QPushButton*>().first()->click();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    EXPECT_EQ(runs, 1);
    EXPECT_TRUE(toasts.visibleToasts().isEmpty());
}

TEST_F(ToastsTest, MakesRoomForADrawer) {
    Drawer drawer(&window);
    drawer.setBody(new QWidget);
    toasts.show(Tone::Good, "Imported.");
    drawer.openDrawer();
    QApplication::processEvents();
    EXPECT_LE(toasts.visibleToasts().first()->geometry().right(),
              window.width() - metrics::kDrawerWidth);
}

TEST_F(ToastsTest, TextFromANodeIsNeverMarkup) {
    toasts.show(Tone::Bad, "<b>bold</b>");
    for (const auto* label : toasts.visibleToasts().first()->findChildren<QLabel*>())
        EXPECT_EQ(label->textFormat(), Qt::PlainText);
}

}  // namespace
}  // namespace hearth::ui
