#include "ui/i18n/language.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDateTime>

#include "ui/i18n/format.h"
#include "ui/pages/page_registry.h"
#include "ui/widgets/button.h"
#include "ui/widgets/progress_row.h"

namespace hearth::ui {
namespace {

/// The texts are looked up as the running console does, so a context that lupdate and the program
/// name differently shows here as English.
class LanguageTest : public testing::Test {
protected:
    void SetUp() override { Language::instance().apply(LanguageChoice::Korean); }
    void TearDown() override { Language::instance().apply(LanguageChoice::English); }
};

qint64 secondsAgo(qint64 seconds) {
    return QDateTime::currentSecsSinceEpoch() - seconds;
}

QDateTime noonOf(const QDate& date) {
    return {date, QTime(12, 0)};
}

QString dayBeforeYesterday() {
    return QDate::currentDate().addDays(-2).toString("M월 d일");
}

TEST_F(LanguageTest, TimesAreKorean) {
    EXPECT_EQ(formatWhen(secondsAgo(5)), "방금");
    EXPECT_EQ(formatWhen(secondsAgo(5 * 60 + 5)), "5분 전");
    EXPECT_EQ(formatWhen(noonOf(QDate::currentDate().addDays(-1)).toSecsSinceEpoch()),
              "어제 12:00");
    EXPECT_EQ(formatWhen(noonOf(QDate(2020, 3, 9)).toSecsSinceEpoch()), "2020년 3월 9일");
    EXPECT_TRUE(formatWhen(noonOf(QDate::currentDate().addDays(-2)).toSecsSinceEpoch())
                    .endsWith(dayBeforeYesterday()));
    EXPECT_TRUE(formatExactly(noonOf(QDate(2020, 3, 9)).toSecsSinceEpoch())
                    .startsWith("2020년 3월 9일 월요일 12:00:00"));
}

TEST_F(LanguageTest, DurationsAreKorean) {
    EXPECT_EQ(formatDuration(0.5), "0.5초");
    EXPECT_EQ(formatDuration(8), "8초");
    EXPECT_EQ(formatDuration(200), "3분 20초");
    EXPECT_EQ(formatDuration(2 * 3600 + 5 * 60), "2시간 5분");
    EXPECT_EQ(formatDuration(4 * 86400 + 3 * 3600), "4일 3시간");
}

TEST_F(LanguageTest, SizesAndNumbersKeepTheirUnits) {
    EXPECT_EQ(formatBytes(31'100), "31.1 kB");
    EXPECT_EQ(formatBytes(9.4e9), "9.4 GB");
    EXPECT_EQ(formatCount(12'345), "12,345");
    EXPECT_EQ(formatRate(6091), "6,091/초");
}

TEST_F(LanguageTest, TextsOfEveryKindOfContextAreFound) {
    EXPECT_EQ(findPage("models")->titleText(), "모델");
    EXPECT_EQ(groupTitle(NavGroup::Govern), "거버넌스");
    for (const PageInfo& page : pageRegistry()) {
        EXPECT_NE(page.titleText(), page.title);
        EXPECT_NE(page.helpText(), page.help);
    }
    ProgressRow row;
    EXPECT_EQ(row.cancelButton()->text(), "취소");
    row.setProgress({.share = 0.45, .secondsLeft = 200, .rate = {}});
    EXPECT_EQ(row.details(), "45 % · 3분 20초 남음");
}

TEST_F(LanguageTest, EnglishComesBackWhileAWidgetLives) {
    ProgressRow row;
    row.setProgress({.share = {}, .secondsLeft = 8, .rate = {}});
    Language::instance().apply(LanguageChoice::English);
    EXPECT_EQ(row.details(), "8 s left");
    EXPECT_EQ(row.cancelButton()->text(), "Cancel");
    EXPECT_EQ(formatWhen(secondsAgo(5)), "just now");
    EXPECT_EQ(formatDuration(200), "3 min 20 s");
    EXPECT_EQ(formatBytes(31'100), "31.1 kB");
    EXPECT_EQ(findPage("models")->titleText(), "Models");
}

TEST_F(LanguageTest, EnglishCountsInSingularAndPlural) {
    const auto jobs = [](int count) {
        return QCoreApplication::translate("hearth::ui::TopBar", "%n job(s)", nullptr, count);
    };
    EXPECT_EQ(jobs(2), "작업 2개");
    Language::instance().apply(LanguageChoice::English);
    EXPECT_EQ(jobs(1), "1 job");
    EXPECT_EQ(jobs(2), "2 jobs");
    const auto rows = [](int count) {
        return QCoreApplication::translate("hearth::ui::TableToolbar", "%Ln rows", nullptr, count);
    };
    EXPECT_EQ(rows(1), "1 row");
    EXPECT_EQ(rows(12'345), "12,345 rows");
}

}  // namespace
}  // namespace hearth::ui
