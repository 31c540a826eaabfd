#include "ui/pages/schedules/cron_plan.h"

#include <gtest/gtest.h>

namespace hearth::ui {
namespace {

TEST(CronPlanTest, ExpressionsThatPeopleMeanAreChoices) {
    for (const auto& [expression, every] :
         std::vector<std::pair<const char*, Every>>{{"5 * * * *", Every::Hour},
                                                    {"30 2 * * *", Every::Day},
                                                    {"30 2 * * mon-fri", Every::Weekdays},
                                                    {"30 2 * * 1-5", Every::Weekdays},
                                                    {"0 4 * * sun,wed", Every::SomeDays},
                                                    {"0 4 * * 7", Every::SomeDays},
                                                    {"0 4 1 * *", Every::Month},
                                                    {"0 4 L * *", Every::Month},
                                                    {"*/15 * * * *", Every::Custom},
                                                    {"0 4 1 * mon", Every::Custom},
                                                    {"0 4 * 12 *", Every::Custom},
                                                    {"0 4 1,15 * *", Every::Custom},
                                                    {"0 4 * * fri-mo", Every::Custom},
                                                    {"61 4 * * *", Every::Custom},
                                                    {"0 4 * *", Every::Custom},
                                                    {"", Every::Custom}}) {
        EXPECT_EQ(planOfCron(expression).every, every) << expression;
    }
}

TEST(CronPlanTest, AChoiceReadsBackAsItself) {
    for (const char* expression : {"5 * * * *", "30 2 * * *", "30 2 * * mon-fri", "0 4 * * wed,sun",
                                   "0 4 31 * *", "0 4 L * *", "*/15 8-18 * * mon"}) {
        const CronPlan plan = planOfCron(expression);
        EXPECT_EQ(cronOf(plan), expression);
        EXPECT_EQ(planOfCron(cronOf(plan)), plan) << expression;
    }
}

TEST(CronPlanTest, WordsSayWhenItStarts) {
    EXPECT_EQ(cronText("0 * * * *"), "Every hour");
    EXPECT_EQ(cronText("5 * * * *"), "Every hour at minute 5");
    EXPECT_EQ(cronText("30 2 * * mon-fri"), "Weekdays at 02:30");
    EXPECT_EQ(cronText("0 4 * * sat,sun"), "Weekends at 04:00");
    EXPECT_EQ(cronText("0 4 * * wed,sun"), "Wed, Sun at 04:00");
    EXPECT_EQ(cronText("0 4 L * *"), "Last day of the month at 04:00");
    EXPECT_EQ(cronText("*/15 * * * *"), "Every 15 minutes");
    EXPECT_EQ(cronText("*/15 8-18 * * mon"), "*/15 8-18 * * mon");
}

// A range may go over the end of the week, as nodes allow it.
TEST(CronPlanTest, DaysWrapAroundTheWeek) {
    EXPECT_EQ(daysCode(daysOfText("fri-mon")), "mon,fri,sat,sun");
    EXPECT_EQ(daysCode(daysOfText("0")), "sun");
    EXPECT_TRUE(daysOfText("weekdays").isEmpty());
    EXPECT_TRUE(daysOfText("mon-tue-wed").isEmpty());
}

}  // namespace
}  // namespace hearth::ui
