#include "ui/pages/overview/overview_page.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/support/busy_node.h"
#include "tests/ui/support/fake_session.h"
#include "ui/pages/overview/cache_card.h"
#include "ui/pages/overview/health_card.h"
#include "ui/pages/overview/node_tiles.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/line_list.h"
#include "ui/widgets/stat_tile.h"

namespace hearth::ui {
namespace {

class OverviewPageTest : public testing::Test {
protected:
    OverviewPageTest() { makeBusy(fake.node); }

    void open() {
        fake.watch.refresh();
        page = std::make_unique<OverviewPage>(fake.context);
        page->resize(1200, 900);
        page->show();
        page->shown();
    }
    bool waitForData() {
        return QTest::qWaitFor(
            [this] {
                return !page->chart()->data().isEmpty() && page->runs()->count() == 5 &&
                       !page->tiles()->requests()->isLoading();
            },
            8000);
    }

    FakeSession fake;
    std::unique_ptr<OverviewPage> page;
};

TEST_F(OverviewPageTest, ShowsTheDay) {
    open();
    EXPECT_TRUE(page->tiles()->requests()->isLoading());
    ASSERT_TRUE(waitForData());
    EXPECT_EQ(page->tiles()->requests()->value(), "12,345");
    EXPECT_EQ(page->tiles()->requests()->changeText(), "12 % more than yesterday");
    EXPECT_EQ(page->tiles()->runs()->value(), "1");
    EXPECT_EQ(page->models()->count(), 2);
    EXPECT_GT(page->chart()->data().curves()[0].raw.size(), 250u);
}

TEST_F(OverviewPageTest, TheNodesAbsenceIsAGapInTheCurve) {
    open();
    ASSERT_TRUE(waitForData());
    const SeriesData& curve = page->chart()->data().curves()[0].raw;
    int gaps = 0;
    for (size_t i = 0; i < curve.size(); ++i)
        gaps += std::isnan(curve.y(i));
    EXPECT_EQ(gaps, 1);
}

TEST_F(OverviewPageTest, ComparesTheCacheWithFullAttention) {
    open();
    auto* cache = page->findChild<CacheCard*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return cache->headline() == "31.1 MB"; }, 8000));
    QJsonObject idle = busyStatus();
    idle["kv_cache"] = QJsonObject{{"bytes_total", 2.1e9}};
    fake.node.answer("GET", "/api/v1/node/status", idle);
    fake.watch.refresh();
    EXPECT_TRUE(QTest::qWaitFor([&] { return cache->headline() == "31.1 kB"; }, 8000));
}

TEST_F(OverviewPageTest, EverythingLeadsSomewhere) {
    open();
    ASSERT_TRUE(waitForData());
    QSignalSpy requested(&fake.navigator, &Navigator::requested);
    QTest::keyClick(page->runs()->button(0), Qt::Key_Return);
    QTest::mouseClick(page->models()->button(1), Qt::LeftButton);
    QTest::keyClick(page->tiles()->runs(), Qt::Key_Space);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return page->findChild<HealthCard*>()->findChildren<Button*>().size() == 2; }));
    QTest::mouseClick(page->findChild<HealthCard*>()->findChildren<Button*>().first(),
                      Qt::LeftButton);
    ASSERT_EQ(requested.size(), 4);
    EXPECT_EQ(requested[0][1], "ftjob-running");
    EXPECT_EQ(requested[1][0], "models");
    EXPECT_EQ(requested[1][1], "hearth-demo-support");
    EXPECT_EQ(requested[2][0], "fine_tuning");
    EXPECT_EQ(requested[3][1], "ftjob-failed");
}

TEST_F(OverviewPageTest, AFailureIsSaidWithAWayOut) {
    fake.node.answer("GET", "/api/v1/node/metrics",
                     FakeAnswer::error(500, "internal", "The history is broken."));
    open();
    auto* trouble = page->findChild<Banner*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return trouble->isVisible(); }, 8000));
    EXPECT_TRUE(trouble->text().contains("The history is broken."));
    EXPECT_FALSE(page->tiles()->firstToken()->isLoading());
    makeBusy(fake.node);
    QTest::mouseClick(trouble->action(), Qt::LeftButton);
    ASSERT_TRUE(waitForData());
    EXPECT_FALSE(trouble->isVisible());
}

TEST_F(OverviewPageTest, AnIdleNodeSaysWhatToDo) {
    fake.node.addUsualRoutes();
    fake.node.answer("GET", "/api/v1/node/metrics", QJsonObject());
    fake.node.answer("GET", "/api/v1/node/usage", QJsonObject());
    open();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !page->tiles()->requests()->isLoading(); }, 8000));
    EXPECT_EQ(page->models()->count(), 0);
    EXPECT_TRUE(page->chart()->data().isEmpty());
    EXPECT_EQ(page->tiles()->firstToken()->changeText(), "no requests today");
    EXPECT_FALSE(page->grab().isNull());
}

TEST_F(OverviewPageTest, AsksForNothingOnceLeft) {
    open();
    ASSERT_TRUE(waitForData());
    page->left();
    EXPECT_TRUE(page->findChildren<QTimer*>().isEmpty() ||
                !page->findChildren<QTimer*>().first()->isActive());
}

}  // namespace
}  // namespace hearth::ui
