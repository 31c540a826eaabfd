#include <gtest/gtest.h>

#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/support/input.h"
#include "ui/i18n/language.h"
#include "ui/theme/icons.h"
#include "ui/theme/motion.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/form_sheet.h"
#include "ui/widgets/key_hint.h"
#include "ui/widgets/progress_row.h"
#include "ui/widgets/spinner.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/status_pill.h"
#include "ui/widgets/view_head.h"

namespace hearth::ui {
namespace {

TEST(ProgressRowTest, SaysHowFarAndHowLong) {
    ProgressRow row;
    row.setProgress({.share = 0.45, .secondsLeft = 200, .rate = "212 MB/s"});
    EXPECT_EQ(row.details(), "45 % · 3 min 20 s left · 212 MB/s");
    row.setProgress({});
    EXPECT_EQ(row.details(), "");
}

TEST(ProgressRowTest, CancelsOnce) {
    ProgressRow row;
    QSignalSpy cancelled(&row, &ProgressRow::cancelled);
    row.cancelButton()->click();
    row.cancelButton()->click();
    EXPECT_EQ(cancelled.count(), 1);
    EXPECT_EQ(row.details(), "Cancelling…");
}

TEST(ViewHeadTest, CaptionIsThereOnlyWithAText) {
    auto* part = new QLabel("part");
    ViewHead head({part});
    EXPECT_EQ(part->parentWidget(), &head);
    head.setTitle("A run");
    head.setCaption("ftjob-1");
    const auto lines = head.findChildren<ElidedLabel*>();
    ASSERT_EQ(lines.size(), 2);
    EXPECT_EQ(lines[0]->text(), "A run");
    EXPECT_EQ(lines[1]->text(), "ftjob-1");
    EXPECT_FALSE(lines[1]->isHidden());
    head.setCaption({});
    EXPECT_TRUE(lines[1]->isHidden());
}

TEST(FormSheetTest, SaysWhyTheNodeRefused) {
    FormSheet sheet(900);
    EXPECT_TRUE(sheet.refusal()->isHidden());
    sheet.refuse("No such model.", "req-7");
    EXPECT_FALSE(sheet.refusal()->isHidden());
    EXPECT_EQ(sheet.refusal()->text(), "No such model. Request req-7.");
    sheet.refuse("No such model.", {});
    EXPECT_EQ(sheet.refusal()->text(), "No such model.");
    sheet.clearRefusal();
    EXPECT_TRUE(sheet.refusal()->isHidden());
}

TEST(StateViewTest, HidesWhatItWasNotGiven) {
    StateView view;
    test::activate(view);
    view.setHeadline("No models yet");
    EXPECT_FALSE(view.primary()->isVisible());
    view.setPrimary("Import model");
    EXPECT_TRUE(view.primary()->isVisible());
    EXPECT_FALSE(view.secondary()->isVisible());
    QSignalSpy clicked(&view, &StateView::primaryClicked);
    QTest::keyClick(view.primary(), Qt::Key_Return);
    EXPECT_EQ(clicked.count(), 1);
    EXPECT_EQ(view.accessibleName(), "No models yet");
}

TEST(StateViewTest, StandsInTheMiddleOfANarrowPlaceToo) {
    for (const int width : {392, 900}) {
        StateView view;
        view.setHeadline("Nothing new");
        view.setSentence("What happened on the node while you worked will stand here.");
        view.resize(width, 400);
        test::activate(view);
        for (const QLabel* label : view.findChildren<QLabel*>()) {
            if (label->text().isEmpty())
                continue;
            const QPoint middle = label->mapTo(&view, label->rect().center());
            EXPECT_NEAR(middle.x(), width / 2, 2) << width;
            EXPECT_LE(label->heightForWidth(label->width()), label->height()) << width;
        }
    }
}

TEST(BannerTest, TellsItsTextToScreenReaders) {
    Banner banner;
    banner.setText("The node does not answer.");
    EXPECT_EQ(banner.accessibleName(), "The node does not answer.");
    EXPECT_FALSE(banner.action()->isVisibleTo(&banner));
    banner.setAction("Try again");
    EXPECT_TRUE(banner.action()->isVisibleTo(&banner));
}

TEST(KeyHintTest, SplitsKeysAndKeepsThePlusKey) {
    EXPECT_EQ(KeyHint(QKeySequence("Ctrl+Shift+E")).caps(), (QStringList{"Ctrl", "Shift", "E"}));
    EXPECT_EQ(KeyHint(QKeySequence("Ctrl++")).caps(), (QStringList{"Ctrl", "+"}));
}

TEST(ElidedLabelTest, GivesWayAndKeepsTheWholeTextForScreenReaders) {
    ElidedLabel label;
    label.setText("sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4");
    label.resize(100, 20);
    EXPECT_TRUE(label.isElided());
    EXPECT_EQ(label.accessibleName(), label.text());
    EXPECT_LT(label.minimumSizeHint().width(), label.sizeHint().width());
}

TEST(SpinnerTest, AppearsOnlyForLongWaits) {
    Spinner spinner;
    spinner.start();
    EXPECT_FALSE(spinner.isTurning());
    QTest::qWait(Spinner::kPatienceMs + 100);
    EXPECT_TRUE(spinner.isTurning());
    spinner.stop();
    EXPECT_FALSE(spinner.isTurning());
}

TEST(StatusPillTest, EveryToneHasItsOwnMark) {
    const auto markOf = [](Tone tone) {
        QImage image(20, 20, QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paintToneMark(painter, QRectF(4, 4, 12, 12), tone);
        return image.convertToFormat(QImage::Format_Alpha8);
    };
    const QList<Tone> tones{Tone::Good, Tone::Attention, Tone::Bad, Tone::Information, Tone::Muted};
    for (qsizetype i = 0; i < tones.size(); ++i)
        for (qsizetype j = i + 1; j < tones.size(); ++j)
            EXPECT_NE(markOf(tones[i]), markOf(tones[j])) << i << " and " << j;
}

TEST(MotionTest, StopsWhenAskedTo) {
    setReduceMotion(true);
    EXPECT_EQ(motionDuration(), 0);
    setReduceMotion(false);
    EXPECT_EQ(motionDuration(), metrics::kMotionMs);
    qputenv("HEARTH_REDUCE_MOTION", "1");
    EXPECT_EQ(motionDuration(), 0);
    qunsetenv("HEARTH_REDUCE_MOTION");
}

TEST(IconsTest, EveryDrawingDrawsWithinItsGrid) {
    const QStringList names = QDir(":/icons").entryList();
    ASSERT_GT(names.size(), 50);
    for (QString name : names) {
        name.chop(4);
        const QImage image =
            iconPixmap(name, Qt::black, 24, 1).toImage().convertToFormat(QImage::Format_ARGB32);
        int inked = 0;
        int atTheEdge = 0;
        for (int y = 0; y < 24; ++y)
            for (int x = 0; x < 24; ++x)
                if (qAlpha(image.pixel(x, y)) > 40) {
                    ++inked;
                    atTheEdge += x == 0 || y == 0 || x == 23 || y == 23;
                }
        EXPECT_GT(inked, 10) << name.toStdString();
        EXPECT_EQ(atTheEdge, 0) << name.toStdString();
    }
}

}  // namespace
}  // namespace hearth::ui
