#include "app/services/jobs/job_queue.h"

#include <gtest/gtest.h>

namespace hearth::app {
namespace {

constexpr int64_t kNow = 1'767'571'200;  // 2026-01-05T00:00Z, a Monday
constexpr int64_t kHour = 3600;

core::OpenHours hoursOf(const std::vector<std::string>& windows) {
    return core::OpenHours::parse(core::TimeZone::find("UTC").valueOrThrow(), windows, {})
        .valueOrThrow();
}

QueueEntry entry(const std::string& id, const std::string& department,
                 JobPriority priority = JobPriority::Normal) {
    return {.id = id,
            .department = department,
            .priority = int64_t(priority),
            .hours = hoursOf({}),
            .secondsLeft = double(kHour),
            .startedAt = {}};
}

/// Runs jobs of an hour, one after the other; the order of their ids.
std::string order(std::vector<QueueEntry> waiting, DepartmentUse use = {}) {
    std::string ids;
    while (const auto next = pickNext(waiting, use, kNow)) {
        ids += waiting[*next].id;
        use[waiting[*next].department] += kHour;
        waiting.erase(waiting.begin() + std::ptrdiff_t(*next));
    }
    return ids;
}

TEST(JobQueueTest, ADepartmentThatQueuesMuchWaitsForTheOthers) {
    std::vector<QueueEntry> waiting;
    for (const char* id : {"1", "2", "3", "4", "5"})
        waiting.push_back(entry(id, "north"));
    waiting.push_back(entry("a", "south"));
    waiting.push_back(entry("b", "south"));
    EXPECT_EQ(order(waiting), "1a2b345");
    // What it had before counts as well.
    EXPECT_EQ(order(waiting, {{"north", 1.5 * kHour}}), "ab12345");
}

TEST(JobQueueTest, APriorityOrdersADepartmentsOwnJobs) {
    const std::vector<QueueEntry> waiting{
        entry("1", "north", JobPriority::Low), entry("2", "north"), entry("a", "south"),
        entry("3", "north", JobPriority::High), entry("4", "north", JobPriority::High)};
    EXPECT_EQ(order(waiting), "3a421");
    EXPECT_EQ(order(waiting, {{"north", double(kHour)}}), "a3421");
}

TEST(JobQueueTest, UrgentGoesBeforeEveryone) {
    const std::vector<QueueEntry> waiting{entry("a", "south", JobPriority::High),
                                          entry("1", "north", JobPriority::Urgent)};
    EXPECT_EQ(order(waiting, {{"north", 100.0 * kHour}}), "1a");
}

TEST(JobQueueTest, WhoMayNotRunNowDoesNotHoldUpOthers) {
    std::vector<QueueEntry> waiting{entry("1", "north", JobPriority::High), entry("2", "north")};
    waiting[0].hours = hoursOf({"20:00-06:00"});
    EXPECT_EQ(pickNext(waiting, {}, kNow), 0u);
    EXPECT_EQ(pickNext(waiting, {}, kNow + 12 * kHour), 1u);
    waiting[1].notBefore = kNow + 13 * kHour;
    EXPECT_FALSE(pickNext(waiting, {}, kNow + 12 * kHour));
    EXPECT_EQ(waiting[0].runnableFrom(kNow + 12 * kHour), kNow + 20 * kHour);
    EXPECT_EQ(waiting[1].runnableFrom(kNow + 12 * kHour), kNow + 13 * kHour);
    waiting[0].notBefore = kNow + 30 * kHour;  // Tuesday 06:00, when the window has closed
    EXPECT_EQ(waiting[0].runnableFrom(kNow), kNow + 44 * kHour);
}

TEST(JobForecastTest, JobsFollowEachOtherInTheOrderOfTheQueue) {
    QueueEntry running = entry("r", "north");
    running.secondsLeft = 100;
    running.startedAt = kNow - 500;
    const std::vector<QueueEntry> waiting{entry("1", "north"), entry("a", "south")};
    auto forecast = forecastQueue({running}, waiting, {{"north", 500}}, 1, kNow);
    EXPECT_EQ(forecast["r"].start, kNow - 500);
    EXPECT_EQ(forecast["r"].end, kNow + 100);
    EXPECT_EQ(forecast["a"].start, kNow + 100);
    EXPECT_EQ(forecast["a"].end, kNow + 100 + kHour);
    EXPECT_EQ(forecast["1"].start, kNow + 100 + kHour);
    EXPECT_EQ(forecast["1"].end, kNow + 100 + 2 * kHour);
    // Two at once.
    forecast = forecastQueue({running}, waiting, {{"north", 500}}, 2, kNow);
    EXPECT_EQ(forecast["a"].start, kNow);
    EXPECT_EQ(forecast["1"].start, kNow + 100);
}

TEST(JobForecastTest, AJobStandsStillOutsideOfItsWindows) {
    QueueEntry nightly = entry("n", "north");
    nightly.hours = hoursOf({"20:00-06:00"});
    nightly.secondsLeft = 15 * kHour;  // six hours until 06:00, nine from 20:00 on
    const QueueEntry other = entry("o", "north");
    auto forecast = forecastQueue({}, {nightly, other}, {}, 1, kNow);
    EXPECT_EQ(forecast["n"].start, kNow);
    EXPECT_EQ(forecast["o"].start, kNow + 6 * kHour);  // in the time that the other gives away
    EXPECT_EQ(forecast["n"].end, kNow + 29 * kHour);
    // One that waits already in the day.
    forecast = forecastQueue({}, {nightly}, {}, 1, kNow + 12 * kHour);
    EXPECT_EQ(forecast["n"].start, kNow + 20 * kHour);
    EXPECT_EQ(forecast["n"].end, kNow + (24 + 24 + 1) * kHour + 0 * kHour - 0);
}

TEST(JobForecastTest, WhatAJobOfUnknownLengthHoldsUpIsUnknown) {
    QueueEntry unknown = entry("u", "north");
    unknown.secondsLeft.reset();
    auto forecast = forecastQueue({}, {unknown, entry("1", "north")}, {}, 1, kNow);
    EXPECT_EQ(forecast["u"].start, kNow);
    EXPECT_FALSE(forecast["u"].end);
    EXPECT_FALSE(forecast["1"].start);
    EXPECT_FALSE(forecast["1"].end);
    forecast = forecastQueue({}, {unknown, entry("1", "north")}, {}, 2, kNow);
    EXPECT_EQ(forecast["1"].end, kNow + kHour);
}

TEST(JobForecastTest, AWindowThatNeverOpensEndsTheForecast) {
    QueueEntry never = entry("n", "north");
    never.hours =
        core::OpenHours::parse(core::TimeZone::find("UTC").valueOrThrow(), {}, {"01-01..12-31"})
            .valueOrThrow();
    auto forecast = forecastQueue({}, {never, entry("1", "south")}, {}, 1, kNow);
    EXPECT_FALSE(forecast["n"].start);
    EXPECT_EQ(forecast["1"].end, kNow + kHour);
    // Its window has closed a moment ago; its worker is about to stop.
    auto running = forecastQueue({never}, {entry("1", "south")}, {}, 1, kNow);
    EXPECT_EQ(running["1"].start, kNow);
}

TEST(PlannedTokensTest, FollowEpochsOrSteps) {
    finetune::Hyperparameters settings;
    settings.epochs = 3;
    EXPECT_EQ(plannedTokens(settings, 4000), 3000);
    EXPECT_EQ(plannedTokens(settings, 4000, 4), 12'000);  // four steps on the same answers
    settings.max_steps = 10;
    settings.batch_tokens = 256;
    EXPECT_EQ(plannedTokens(settings, 4000), 2560);
    EXPECT_EQ(plannedTokens(settings, 4000, 4), 2560);  // steps are counted one by one
    EXPECT_EQ(plannedTokens(settings, 400), 1000);      // a step is at most an epoch
}

TEST(JobCalendarTest, AnEmptyOneIsAlwaysOpen) {
    const auto calendar = JobCalendar::parse("{}");
    ASSERT_TRUE(calendar.ok());
    EXPECT_TRUE(calendar->hours.unlimited());
    EXPECT_FALSE(JobCalendar::parse(R"({"time_zone":"Mars/Base"})").ok());
}

}  // namespace
}  // namespace hearth::app
