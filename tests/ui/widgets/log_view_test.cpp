#include "ui/widgets/log_view.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/widgets/button.h"
#include "ui/widgets/log/log_wrap.h"
#include "ui/widgets/search_field.h"

namespace hearth::ui {
namespace {

QStringList numbered(int from, int to) {
    QStringList lines;
    for (int i = from; i < to; ++i)
        lines << QString("line %1").arg(i);
    return lines;
}

class LogViewTest : public testing::Test {
protected:
    LogViewTest() {
        view.resize(600, 300);
        view.show();
    }

    QScrollBar* bar() { return view.area()->verticalScrollBar(); }
    bool search(int direction) {
        QSignalSpy found(&view, &LogView::found);
        direction > 0 ? view.findNext() : view.findPrevious();
        if (found.isEmpty())
            found.wait();
        return found.last()[0].toBool();
    }

    LogView view;
};

TEST(LogBufferTest, KeepsTheLastLinesAndTheirNumbers) {
    LogBuffer buffer;
    int dropped = 0;
    for (int i = 0; i < LogBuffer::kMaxLines + 10; ++i)
        dropped += buffer.append(QString::number(i), Tone::Normal);
    EXPECT_EQ(dropped, 10);
    EXPECT_EQ(buffer.first(), 10);
    EXPECT_EQ(buffer.line(10).text, "10");
    EXPECT_EQ(buffer.end(), LogBuffer::kMaxLines + 10);
}

TEST(LogBufferTest, BoundsCharactersAndCutsEndlessLines) {
    LogBuffer buffer;
    buffer.append(QString(LogBuffer::kMaxLineLength * 2 + 1, u'x'), Tone::Normal);
    EXPECT_EQ(buffer.size(), 3);
    for (int i = 0; i < 5; ++i)
        buffer.append(QString(LogBuffer::kMaxCharacters / 4, u'y'), Tone::Normal);
    qint64 characters = 0;
    for (qint64 n = buffer.first(); n < buffer.end(); ++n)
        characters += buffer.line(n).text.size();
    EXPECT_LE(characters, LogBuffer::kMaxCharacters);
}

TEST(LogBufferTest, ControlCharactersAreHarmless) {
    LogBuffer buffer;
    buffer.append("a\x1b[31mred\tb", Tone::Normal);
    EXPECT_EQ(buffer.line(0).text, "a [31mred b");
}

TEST(LogBufferTest, LevelsGiveTones) {
    EXPECT_EQ(toneOfLogLine("[2026-11-26 10:00:00.1] [error] disk full"), Tone::Bad);
    EXPECT_EQ(toneOfLogLine("{\"level\":\"warn\",\"message\":\"x\"}"), Tone::Attention);
    EXPECT_EQ(toneOfLogLine("[debug] no error here"), Tone::Muted);
    EXPECT_EQ(toneOfLogLine("[info] terrors of the deep"), Tone::Normal);
    EXPECT_EQ(toneOfLogLine("[trace] step"), Tone::Muted);
}

TEST(LogWrapTest, HangulTakesTwoCells) {
    EXPECT_EQ(cellsOf(u"ab한글"), 6);
    EXPECT_EQ(rowEnd(u"한글한글", 0, 5), 2);
    EXPECT_EQ(rowCount(u"한글한글", 4), 2);
    EXPECT_EQ(rowCount(u"", 4), 1);
    EXPECT_EQ(characterAt(u"a한b", 0, 1.4), 1);
    EXPECT_EQ(characterAt(u"a한b", 0, 2.6), 2);
    EXPECT_EQ(rowEnd(u"한", 0, 1), 1);  // too narrow even for one: still goes on
}

TEST_F(LogViewTest, FollowsTheEndUntilOneScrollsUp) {
    view.appendLines(numbered(0, 200));
    EXPECT_EQ(bar()->value(), bar()->maximum());
    EXPECT_FALSE(view.jumpButton()->isVisible());
    bar()->setValue(50);
    EXPECT_TRUE(view.jumpButton()->isVisible());
    view.appendLines(numbered(200, 212));
    EXPECT_EQ(bar()->value(), 50);
    EXPECT_EQ(view.area()->topLine(), 50);
    EXPECT_TRUE(view.jumpButton()->text().startsWith("12"));
    view.jumpButton()->click();
    EXPECT_EQ(bar()->value(), bar()->maximum());
    EXPECT_FALSE(view.jumpButton()->isVisible());
}

TEST_F(LogViewTest, WhatOneReadsStaysWhileOldLinesLeave) {
    view.appendLines(numbered(0, LogBuffer::kMaxLines));
    bar()->setValue(1000);
    view.appendLines(numbered(0, 100));
    EXPECT_EQ(view.area()->topLine(), 1000);
    EXPECT_EQ(bar()->value(), 900);
}

TEST_F(LogViewTest, SearchGoesRoundInBothDirections) {
    view.appendLines(numbered(0, 6000));
    bar()->setValue(0);
    view.area()->setNeedle("LINE 59");
    EXPECT_TRUE(search(1));
    EXPECT_EQ(view.area()->selectionStart(), (LogPosition{59, 0}));
    EXPECT_TRUE(search(1));
    EXPECT_EQ(view.area()->selectionStart(), (LogPosition{590, 0}));
    EXPECT_TRUE(search(-1));
    EXPECT_TRUE(search(-1));
    EXPECT_EQ(view.area()->selectionStart(), (LogPosition{5999, 0}));
    EXPECT_TRUE(search(1));
    EXPECT_EQ(view.area()->selectionStart(), (LogPosition{59, 0}));
    view.area()->setNeedle("nowhere");
    EXPECT_FALSE(search(1));
}

TEST_F(LogViewTest, FindsEveryMatchOfOneLine) {
    view.append("abab ab", Tone::Normal);
    view.area()->setNeedle("ab");
    for (qsizetype column : {0, 2, 5, 0}) {
        EXPECT_TRUE(search(1));
        EXPECT_EQ(view.area()->selectionStart().column, column);
    }
    EXPECT_TRUE(search(-1));
    EXPECT_EQ(view.area()->selectionStart().column, 5);
}

TEST_F(LogViewTest, TypingAndEnterSearch) {
    view.appendLines({"alpha", "beta", "알파"});
    QSignalSpy found(&view, &LogView::found);
    view.search()->setText("알파");
    QTest::keyClick(view.search(), Qt::Key_Return);
    ASSERT_FALSE(found.isEmpty());
    EXPECT_EQ(view.area()->selectionStart().line, 2);
}

TEST_F(LogViewTest, WrappingKeepsTheTopLine) {
    for (int i = 0; i < 300; ++i)
        view.append(QString("%1 ").arg(i).repeated(60), Tone::Normal);
    bar()->setValue(100);
    const int rows = bar()->maximum();
    view.wrapButton()->click();
    EXPECT_GT(bar()->maximum(), rows);
    EXPECT_EQ(view.area()->topLine(), 100);
    EXPECT_EQ(view.area()->horizontalScrollBar()->maximum(), 0);
}

TEST_F(LogViewTest, CopiesSelectionOrEverything) {
    view.appendLines({"one", "two"});
    view.copy();
    EXPECT_EQ(QGuiApplication::clipboard()->text().trimmed(), "one\ntwo");
    view.area()->setNeedle("two");
    EXPECT_TRUE(search(1));
    QTest::keyClick(view.area(), Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QGuiApplication::clipboard()->text(), "two");
}

TEST_F(LogViewTest, SavesAndTellsOfFailure) {
    QTemporaryDir folder;
    view.appendLines({"하나", "two"});
    QSignalSpy saved(&view, &LogView::saved);
    view.saveTo(folder.filePath("log.txt"));
    ASSERT_TRUE(saved.wait());
    QFile file(folder.filePath("log.txt"));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_EQ(QString::fromUtf8(file.readAll()), "하나\ntwo\n");
    view.saveTo("/no/such/folder/log.txt");
    ASSERT_TRUE(saved.wait());
    EXPECT_FALSE(saved.last()[1].toString().isEmpty());
}

TEST_F(LogViewTest, TailAppendsOnlyWhatIsNew) {
    view.setTail({"a", "b", "c"});
    view.setTail({"b", "c", "d", "e"});
    view.setTail({"b", "c", "d", "e"});
    EXPECT_EQ(view.area()->selectedText().trimmed(), "a\nb\nc\nd\ne");
}

TEST_F(LogViewTest, MillionsOfCharactersPaint) {
    for (int i = 0; i < 40; ++i)
        view.append(QString(100'000, QChar(u'a' + i % 20)), Tone::Normal);
    view.wrapButton()->click();
    view.grab();
    EXPECT_LE(view.area()->buffer().size(), LogBuffer::kMaxLines);
}

}  // namespace
}  // namespace hearth::ui
