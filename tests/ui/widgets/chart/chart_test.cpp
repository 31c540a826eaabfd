#include "ui/widgets/chart/chart.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "ui/theme/theme.h"
#include "ui/widgets/chart/legend.h"
#include "ui/widgets/chart/plot.h"

namespace hearth::ui {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class ChartTest : public testing::Test {
protected:
    ChartTest() {
        chart.resize(800, 400);
        chart.setTitle("Loss");
        chart.data().addSeries("Training");
        chart.data().addSeries("Validation", false);
        for (int i = 0; i <= 100; ++i)
            chart.data().append(0, i, 2.0 + i % 7);
        for (int i = 0; i <= 100; i += 20)
            chart.data().append(1, i, 3.0);
        chart.show();
        plot->setFocus();
    }

    QPoint at(double share) const {
        const QRectF area = plot->area();
        return QPointF(area.left() + share * area.width(), area.center().y()).toPoint();
    }
    void key(int key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(plot, Qt::Key(key), modifiers);
    }
    void drag(Qt::MouseButton button, Qt::KeyboardModifiers modifiers, double from, double to) {
        QTest::mousePress(plot, button, modifiers, at(from));
        QTest::mouseMove(plot, at((from + to) / 2));
        QTest::mouseMove(plot, at(to));
        QTest::mouseRelease(plot, button, modifiers, at(to));
    }
    void zoomIn() { plot->sharedX()->show({.low = 40, .high = 60}); }

    Chart chart{{.offerSmoothing = true}};
    Plot* plot = chart.plot();
};

TEST_F(ChartTest, ShowsEverythingAtFirst) {
    EXPECT_EQ(plot->visibleX(), (Range{.low = 0, .high = 100}));
    EXPECT_LE(plot->visibleY().low, 2);
    EXPECT_GE(plot->visibleY().high, 8);
}

TEST_F(ChartTest, DragZoomsIntoTheSpanAndDoubleClickShowsAll) {
    drag(Qt::LeftButton, {}, 0.25, 0.5);
    EXPECT_NEAR(plot->visibleX().low, 25, 0.5);
    EXPECT_NEAR(plot->visibleX().high, 50, 0.5);
    QTest::mouseDClick(plot, Qt::LeftButton, {}, at(0.5));
    EXPECT_FALSE(plot->sharedX()->isZoomed());
}

TEST_F(ChartTest, AClickDoesNotZoom) {
    drag(Qt::LeftButton, {}, 0.5, 0.502);
    EXPECT_FALSE(plot->sharedX()->isZoomed());
}

TEST_F(ChartTest, ShiftDragAndMiddleDragPanWithinTheData) {
    zoomIn();
    drag(Qt::LeftButton, Qt::ShiftModifier, 0.5, 0.75);
    EXPECT_NEAR(plot->visibleX().low, 35, 0.5);
    drag(Qt::MiddleButton, {}, 0.75, 0.5);
    EXPECT_NEAR(plot->visibleX().low, 40, 0.5);
    drag(Qt::MiddleButton, {}, 0.01, 0.99);
    drag(Qt::MiddleButton, {}, 0.01, 0.99);
    drag(Qt::MiddleButton, {}, 0.01, 0.99);
    EXPECT_NEAR(plot->visibleX().low, 0, 1e-9);
    EXPECT_NEAR(plot->visibleX().width(), 20, 1e-9);
}

TEST_F(ChartTest, KeysPanZoomAndReset) {
    key(Qt::Key_Plus);
    EXPECT_NEAR(plot->visibleX().width(), 100 / 1.5, 1e-9);
    const double low = plot->visibleX().low;
    key(Qt::Key_Right);
    EXPECT_GT(plot->visibleX().low, low);
    key(Qt::Key_Left);
    EXPECT_NEAR(plot->visibleX().low, low, 1e-9);
    key(Qt::Key_Minus);
    EXPECT_FALSE(plot->sharedX()->isZoomed());
    zoomIn();
    key(Qt::Key_Home);
    EXPECT_FALSE(plot->sharedX()->isZoomed());
    zoomIn();
    key(Qt::Key_0);
    EXPECT_FALSE(plot->sharedX()->isZoomed());
}

TEST_F(ChartTest, WheelWithControlZoomsAroundThePointer) {
    const QPointF where = at(0.25);
    QWheelEvent event(where, plot->mapToGlobal(where), {}, {0, 120}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(plot, &event);
    EXPECT_NEAR(plot->visibleX().width(), 100 / 1.2, 1e-6);
    EXPECT_NEAR((25 - plot->visibleX().low) / plot->visibleX().width(), 0.25, 0.01);
}

TEST_F(ChartTest, CrossHairSnapsToPointsAndTellsAllValues) {
    QTest::mouseMove(plot, at(0.2));
    const Readout readout = plot->readout();
    EXPECT_EQ(readout.heading, "Step 20");
    ASSERT_EQ(readout.rows.size(), 2u);
    EXPECT_EQ(readout.rows[0].value, "8");  // 2 + 20 % 7
    EXPECT_EQ(readout.rows[1].value, "3");
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(plot, &leave);
    EXPECT_TRUE(plot->readout().rows.empty());
}

TEST_F(ChartTest, CrossHairWalksByKeyAndSpeaks) {
    key(Qt::Key_BracketRight);
    EXPECT_EQ(plot->sharedX()->cursor(), 0);
    key(Qt::Key_BracketRight);
    key(Qt::Key_Right, Qt::AltModifier);
    EXPECT_EQ(plot->sharedX()->cursor(), 2);
    key(Qt::Key_BracketLeft);
    EXPECT_EQ(plot->sharedX()->cursor(), 1);
    EXPECT_TRUE(plot->accessibleDescription().contains("Training 3"));
    key(Qt::Key_Escape);
    EXPECT_FALSE(plot->sharedX()->cursor());
}

TEST_F(ChartTest, CrossHairBringsItsPointIntoView) {
    zoomIn();
    plot->sharedX()->setCursor(60);
    key(Qt::Key_BracketRight);
    EXPECT_TRUE(plot->visibleX().contains(61));
}

TEST_F(ChartTest, LegendTogglesACurve) {
    LegendEntry* training = chart.legend()->entry(0);
    QTest::keyClick(training, Qt::Key_Space);
    EXPECT_FALSE(chart.data().curves()[0].visible);
    EXPECT_LT(plot->visibleY().high, 8);
    QTest::mouseClick(training, Qt::LeftButton);
    EXPECT_TRUE(chart.data().curves()[0].visible);
    EXPECT_EQ(training->accessibleName(), "Training");
}

TEST_F(ChartTest, LegendFollowsNames) {
    chart.data().setName(0, "Train & more");
    EXPECT_EQ(chart.legend()->entry(0)->accessibleName(), "Train & more");
}

TEST_F(ChartTest, TableShowsTheVisibleSpan) {
    zoomIn();
    key(Qt::Key_T);
    ASSERT_TRUE(chart.isTableShown());
    auto* table = chart.findChild<QTableView*>();
    EXPECT_EQ(table->model()->rowCount(), 21);
    EXPECT_EQ(table->model()->headerData(1, Qt::Horizontal).toString(), "Training");
    EXPECT_EQ(table->model()->index(0, 2).data().toString(), "3");
    EXPECT_EQ(table->model()->index(1, 2).data().toString(), QString(QChar(0x2013)));
    QTest::keyClick(table, Qt::Key_T);
    EXPECT_FALSE(chart.isTableShown());
}

TEST_F(ChartTest, CsvHoldsTheVisibleSpanWithGapsEmpty) {
    plot->sharedX()->show({.low = 19.5, .high = 22.5});
    EXPECT_EQ(chart.csv(), "Step,Training,Validation\r\n20,8,3\r\n21,2,\r\n22,3,\r\n");
    chart.data().setVisible(1, false);
    chart.data().setName(0, "=SUM(\"a\",b)");
    EXPECT_TRUE(chart.csv().startsWith("Step,\"'=SUM(\"\"a\"\",b)\"\r\n20,8\r\n"));
}

TEST_F(ChartTest, SavesBesideTheEventLoop) {
    QTemporaryDir folder;
    QSignalSpy saved(&chart, &Chart::saved);
    QSignalSpy failed(&chart, &Chart::saveFailed);
    chart.saveCsv(folder.filePath("a.csv"));
    chart.savePng(folder.filePath("a.png"));
    chart.saveCsv(folder.filePath("missing/a.csv"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return saved.size() + failed.size() == 3; }));
    EXPECT_EQ(failed.size(), 1);
    QFile csv(folder.filePath("a.csv"));
    ASSERT_TRUE(csv.open(QIODevice::ReadOnly));
    EXPECT_EQ(csv.readAll(), chart.csv());
    EXPECT_EQ(QImage(folder.filePath("a.png")).size(), chart.size() * 2);
}

TEST_F(ChartTest, GrowsLiveUnlessZoomed) {
    chart.data().append(0, 150, 50);
    EXPECT_EQ(plot->visibleX().high, 150);
    EXPECT_GE(plot->visibleY().high, 50);
    zoomIn();
    chart.data().append(0, 200, 1);
    EXPECT_EQ(plot->visibleX(), (Range{.low = 40, .high = 60}));
}

TEST_F(ChartTest, ABatchIsOneChange) {
    chart.setSmooth(true);
    QSignalSpy changed(&chart.data(), &ChartData::changed);
    chart.data().append(0, {{101, 1}, {102, 2}, {99, 9}, {103, 3}});
    EXPECT_EQ(changed.size(), 1);
    EXPECT_EQ(chart.data().curves()[0].raw.size(), 104u);
    EXPECT_EQ(chart.data().curves()[0].smooth.size(), 104u);
    chart.data().append(0, std::vector<QPointF>{});
    EXPECT_EQ(changed.size(), 1);
}

TEST_F(ChartTest, LinkedChartsShareSpanCrossHairAndGutter) {
    Chart rate({.scale = ScaleKind::Log});
    rate.resize(800, 200);
    rate.linkWith(&chart);
    rate.data().addSeries("Learning rate");
    for (int i = 0; i <= 120; ++i)
        rate.data().append(0, i, 1e-5 * (i + 1));
    EXPECT_EQ(plot->visibleX().high, 120);
    key(Qt::Key_Plus);
    EXPECT_EQ(rate.plot()->visibleX(), plot->visibleX());
    QTest::mouseMove(plot, at(0.5));
    EXPECT_FALSE(rate.plot()->readout().rows.empty());
    EXPECT_EQ(rate.plot()->area().left(), plot->area().left());
}

TEST_F(ChartTest, ALinkedChartThatDiesIsForgotten) {
    {
        Chart other({});
        other.linkWith(&chart);
        other.data().addSeries("x");
        other.data().append(0, 1000, 1);
        EXPECT_EQ(plot->visibleX().high, 1000);
    }
    EXPECT_EQ(plot->visibleX().high, 100);
}

TEST_F(ChartTest, SmoothingStartsAtTheFirstValueAndSkipsGaps) {
    Chart smooth({.offerSmoothing = true});
    smooth.data().addSeries("a");
    smooth.data().setPoints(0, {{0, 4}, {1, kNan}, {2, 4}, {3, 4}});
    smooth.setSmooth(true);
    const SeriesData& curve = smooth.data().curves()[0].smooth;
    EXPECT_DOUBLE_EQ(curve.y(0), 4);
    EXPECT_TRUE(std::isnan(curve.y(1)));
    EXPECT_DOUBLE_EQ(curve.y(3), 4);
    smooth.data().append(0, 4, 14);
    EXPECT_GT(curve.y(4), 4);
    EXPECT_LT(curve.y(4), 14);
}

TEST_F(ChartTest, SeldomMeasuredCurvesAreNotSmoothed) {
    key(Qt::Key_S);
    EXPECT_TRUE(chart.isSmooth());
    EXPECT_EQ(chart.data().curves()[0].smooth.size(), 101u);
    EXPECT_TRUE(chart.data().curves()[1].smooth.empty());
}

TEST_F(ChartTest, PaintsEveryStateInBothThemes) {
    for (const ThemeMode mode : {ThemeMode::Dark, ThemeMode::Light}) {
        Theme::instance().apply(mode);
        chart.setLoading(true);
        const QImage loading = chart.grab().toImage();
        chart.setLoading(false);
        const QImage shown = chart.grab().toImage();
        chart.data().setVisible(0, false);
        chart.data().setVisible(1, false);
        const QImage empty = chart.grab().toImage();
        EXPECT_NE(loading, shown);
        EXPECT_NE(shown, empty);
        chart.data().setVisible(0, true);
        chart.data().setVisible(1, true);
    }
}

TEST_F(ChartTest, AMillionPointsPaintTheirOnePeak) {
    std::vector<QPointF> points;
    for (int i = 0; i < 1'000'000; ++i)
        points.emplace_back(i, i == 765'432 ? 100 : 1 + i % 2);
    chart.data().setPoints(0, points);
    chart.data().setVisible(1, false);
    EXPECT_GE(plot->visibleY().high, 100);
    const QImage image = plot->grab().toImage();
    const QRectF area = plot->area();
    const int x = int(area.left() + area.width() * 0.765432);
    int inked = 0;
    for (int column = x - 1; column <= x + 1; ++column)
        inked += image.pixelColor(column, int(area.center().y())) == colors().series[0];
    EXPECT_GE(inked, 1);
    zoomIn();
    EXPECT_LT(plot->visibleY().high, 10);
}

// Dashes are cut piece by piece; rounding once left a rest that never ran out.
TEST_F(ChartTest, ManyDashedPointsPaintInFiniteTime) {
    std::vector<QPointF> points;
    for (int i = 0; i < 700; ++i)
        points.emplace_back(i / 7.0, std::sin(i * 12.9898) * 43758.5453);
    for (const double scale : {1.0, 1e-3, 1e5}) {
        for (QPointF& point : points)
            point.ry() *= scale;
        chart.data().setPoints(1, points);
        EXPECT_FALSE(plot->grab().isNull());
    }
}

TEST(Readout, StaysInside) {
    const Readout readout{.heading = "Step 1",
                          .rows = {{.series = 0, .name = "A name", .value = "1.234"}}};
    const QRectF bounds(0, 0, 600, 300);
    for (const double x : {0.0, 10.0, 300.0, 590.0, 600.0})
        EXPECT_TRUE(bounds.contains(readoutRect(bounds, x, readout))) << x;
}

}  // namespace
}  // namespace hearth::ui
