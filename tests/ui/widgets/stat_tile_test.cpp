#include "ui/widgets/stat_tile.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>
#include <cmath>

namespace hearth::ui {
namespace {

TEST(StatTile, ReadsAsOneSentence) {
    StatTile tile;
    tile.setLabel("First token");
    tile.setValue("0.42", "s");
    tile.setChange(0.3, Rise::Bad);
    EXPECT_EQ(tile.accessibleName(), "First token: 0.42 s");
    EXPECT_EQ(tile.accessibleDescription(), "30 % more than yesterday");
    EXPECT_EQ(tile.changeTone(), Tone::Bad);
}

TEST(StatTile, ToneFollowsTheMeaningOfARise) {
    StatTile tile;
    tile.setChange(-0.2, Rise::Bad);
    EXPECT_EQ(tile.changeTone(), Tone::Good);
    tile.setChange(0.2, Rise::Good);
    EXPECT_EQ(tile.changeTone(), Tone::Good);
    tile.setChange(0.2, Rise::Neutral);
    EXPECT_EQ(tile.changeTone(), Tone::Muted);
    tile.setChange(0.001, Rise::Bad);
    EXPECT_EQ(tile.changeTone(), Tone::Muted);
    EXPECT_EQ(tile.changeText(), "as yesterday");
    tile.setChange(std::nullopt);
    EXPECT_EQ(tile.changeText(), "");
    tile.setNote("2 waiting", Tone::Attention);
    EXPECT_EQ(tile.changeText(), "2 waiting");
    EXPECT_EQ(tile.changeTone(), Tone::Attention);
}

TEST(StatTile, IsAButtonOnlyWhenClickable) {
    StatTile tile;
    EXPECT_EQ(tile.focusPolicy(), Qt::NoFocus);
    QSignalSpy clicked(&tile, &StatTile::clicked);
    QTest::mouseClick(&tile, Qt::LeftButton);
    EXPECT_EQ(clicked.size(), 0);
    tile.setClickable(true);
    EXPECT_EQ(tile.focusPolicy(), Qt::StrongFocus);
    QTest::keyClick(&tile, Qt::Key_Return);
    QTest::keyClick(&tile, Qt::Key_Space);
    QTest::mouseClick(&tile, Qt::LeftButton);
    EXPECT_EQ(clicked.size(), 3);
}

TEST(StatTile, PaintsWhateverItsHistoryIs) {
    StatTile tile;
    tile.resize(220, 120);
    tile.setValue("1");
    const QVector<QVector<double>> histories = {
        {}, {1}, {0, 0, 0}, {std::nan(""), std::nan("")}, {1, std::nan(""), 2}, {-5, 5}};
    for (const QVector<double>& history : histories) {
        tile.setHistory(history);
        EXPECT_FALSE(tile.grab().isNull());
    }
    tile.setLoading(true);
    EXPECT_FALSE(tile.grab().isNull());
}

}  // namespace
}  // namespace hearth::ui
