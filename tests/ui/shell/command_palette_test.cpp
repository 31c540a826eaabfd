#include "ui/shell/command_palette.h"

#include <gtest/gtest.h>

#include <QLineEdit>
#include <QListView>
#include <QtTest>

namespace hearth::ui {
namespace {

class CommandPaletteTest : public testing::Test {
protected:
    CommandPaletteTest() {
        auto* row = new QVBoxLayout(&m_window);
        row->addWidget(&m_before);
        m_window.resize(900, 600);
        m_window.show();
        m_before.setFocus();
        m_palette.open([this] {
            return std::vector<PaletteEntry>{
                {"Models", "", "models", "Ctrl+1", [this] { m_ran = "models"; }},
                {"Data sets", "", "datasets", "Ctrl+2", [this] { m_ran = "datasets"; }},
                {QStringLiteral("설정"), "", "settings", "", [this] { m_ran = "settings"; }}};
        });
    }
    ~CommandPaletteTest() override { m_before.setParent(nullptr); }

    QLineEdit* search() { return m_palette.findChild<QLineEdit*>(); }
    QListView* list() { return m_palette.findChild<QListView*>(); }

    QWidget m_window;
    QLineEdit m_before;
    CommandPalette m_palette{&m_window};
    QString m_ran;
};

TEST_F(CommandPaletteTest, TypingNarrowsAndEnterRuns) {
    QTest::keyClicks(search(), "data");
    EXPECT_EQ(list()->model()->rowCount(), 1);
    QTest::keyClick(search(), Qt::Key_Return);
    EXPECT_EQ(m_ran, "datasets");
    EXPECT_TRUE(m_palette.isHidden());
}

TEST_F(CommandPaletteTest, ArrowsWalkAroundTheEnds) {
    QTest::keyClick(search(), Qt::Key_Up);
    EXPECT_EQ(list()->currentIndex().row(), 2);
    QTest::keyClick(search(), Qt::Key_Down);
    EXPECT_EQ(list()->currentIndex().row(), 0);
}

TEST_F(CommandPaletteTest, EscapeClosesWithoutRunning) {
    QTest::keyClick(search(), Qt::Key_Escape);
    EXPECT_TRUE(m_palette.isHidden());
    EXPECT_TRUE(m_ran.isEmpty());
}

TEST_F(CommandPaletteTest, ACompositionInProgressIsNotASearchYetAndItsCommitIs) {
    QInputMethodEvent composing(QStringLiteral("설"), {});
    QApplication::sendEvent(search(), &composing);
    EXPECT_EQ(list()->model()->rowCount(), 3);
    QInputMethodEvent committed;
    committed.setCommitString(QStringLiteral("설정"));
    QApplication::sendEvent(search(), &committed);
    EXPECT_EQ(list()->model()->rowCount(), 1);
}

TEST_F(CommandPaletteTest, NothingFoundRunsNothing) {
    QTest::keyClicks(search(), "zzz");
    QTest::keyClick(search(), Qt::Key_Return);
    EXPECT_TRUE(m_ran.isEmpty());
}

}  // namespace
}  // namespace hearth::ui
